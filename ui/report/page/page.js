(function () {
  "use strict";
  // Copying: the clipboard where there is one, else a selection.
  function copy(text, done) {
    function old() {
      var area = document.createElement("textarea");
      area.value = text;
      area.setAttribute("readonly", "");
      area.style.cssText = "position:fixed;top:0;opacity:0";
      document.body.appendChild(area);
      area.select();
      var ok = document.execCommand("copy");
      area.remove();
      if (ok) done();
    }
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text).then(done, old);
    else old();
  }
  document.querySelectorAll("button.copy").forEach(function (button) {
    var name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      copy(button.parentNode.querySelector("pre").textContent, function () {
        button.textContent = button.dataset.done;
        setTimeout(function () { button.textContent = name; }, 2000);
      });
      button.focus();
    });
  });

  var table = document.getElementById("sessions");
  if (!table) return;
  var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);

  // Sorting: numbers by data-v or as they stand, else as text; what is not known comes last either way.
  function value(row, column) {
    var cell = row.cells[column];
    return cell.hasAttribute("data-v") ? cell.dataset.v : cell.textContent.trim();
  }
  function sort(column, down) {
    var list = rows.map(function (row, i) { return { row: row, i: i, v: value(row, column) }; });
    var numeric = list.every(function (e) { return e.v === "" || e.v === "?" || !isNaN(e.v); });
    list.sort(function (a, b) {
      var none = (a.v === "" || a.v === "?") - (b.v === "" || b.v === "?");
      var order = numeric ? a.v - b.v : a.v.localeCompare(b.v, undefined, { numeric: true });
      return none || (down ? -order : order) || a.i - b.i;
    });
    var all = document.createDocumentFragment();
    list.forEach(function (e) { all.appendChild(e.row); });
    body.appendChild(all);
  }
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.dataset.name = head.textContent; // on paper, heads of buttons are not repeated
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, down);
    });
  });

  // Filtering.
  var form = document.querySelector(".controls"), shown = document.getElementById("shown");
  var q = document.getElementById("q"), on = document.getElementById("on"), bad = document.getElementById("bad");
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  function filter() {
    var words = q.value.toLowerCase().split(/\s+/), n = 0;
    rows.forEach(function (row, i) {
      var has = (on.value === "" || row.dataset.transport === on.value) && (!bad.checked || row.className !== "") &&
        words.every(function (w) { return texts[i].indexOf(w) >= 0; });
      row.hidden = !has;
      if (has) n++;
    });
    shown.textContent = shown.dataset.text.replace("{n}", n).replace("{all}", rows.length);
  }
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  [q, on, bad].forEach(function (e) { e.addEventListener("input", filter); });
  function uncover() { // a link to a row that is filtered out
    var row = document.getElementById(location.hash.slice(1));
    if (row && row.hidden) { q.value = ""; on.value = ""; bad.checked = false; filter(); row.scrollIntoView(); }
  }
  window.addEventListener("hashchange", uncover);
  form.hidden = false;
  filter();
})();
