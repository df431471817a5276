// Tables of fields: Enter and the arrows up and down go to the same column of the next row, without leaving the keys.
"use strict";

const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio]), select";

const columnOf = (field) => field.closest("td").cellIndex;

const fieldIn = (row, column) => {
  const cell = row.cells[column];
  const field = cell && cell.querySelector(FIELDS);
  return field && field.offsetParent !== null ? field : null;
};

const neighbour = (field, step) => {
  const rows = [...field.closest("table").rows];
  const column = columnOf(field);
  for (let at = rows.indexOf(field.closest("tr")) + step; at >= 0 && at < rows.length; at += step) {
    const found = fieldIn(rows[at], column);
    if (found) return found;
  }
  return null;
};

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches || !field.matches(`[data-grid] :is(${FIELDS})`) || field.matches(".na-why") || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const keepsArrows = field.matches("select, [type=date], [type=month]");
  const step = event.key === "Enter" ? 1 : keepsArrows ? 0 : { ArrowDown: 1, ArrowUp: -1 }[event.key] || 0;
  if (!step) return;
  const next = neighbour(field, step);
  const isRowGrid = field.closest("[data-row-grid]") !== null;
  if (event.key === "Enter" && isRowGrid && field.closest("tr").dataset.form === "row-new") return; // adds the row
  event.preventDefault();
  if (next) {
    next.focus();
    if (next.select) next.select();
  } else if (event.key === "Enter" && field.closest("[data-rows]")) {
    document.dispatchEvent(new CustomEvent("wanted-row", { detail: field.closest("[data-rows]") }));
  }
});
