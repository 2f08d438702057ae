// Command cmd prints which causes the diagnosis takes for which others, over all stories and recordings of the source
// tree, and what is wrong in particular. It ends with 1 where something
// is certain and wrong, or too little is right.
package main

import (
	"flag"
	"fmt"
	"os"

	"sioscope/internal/causes"
)

func main() {
	root := flag.String("root", ".", "the top of the source tree")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "causes:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	cases, err := causes.All(root)
	if err != nil {
		return err
	}
	table := causes.Tabulate(cases)
	if err := table.Write(os.Stdout); err != nil {
		return err
	}
	for i := range cases {
		c := &cases[i]
		if !c.Right() {
			fmt.Printf("%s: was %s, said %s %s\n", c, c.Row(), c.First, c.Confidence)
		}
		for _, id := range c.Wrong {
			fmt.Printf("%s: was %s, and %s is said to be certain\n", c, c.Row(), id)
		}
	}
	if table.Certain > 0 {
		return fmt.Errorf("%d cases have a wrong certain verdict", table.Certain)
	}
	if table.Share() < causes.Target {
		return fmt.Errorf("less than %.0f %% are right at first place", 100*causes.Target)
	}
	return nil
}
