module sioscope

go 1.26
