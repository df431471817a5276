// The queue: says how many filings are ticked, and takes a tick as a choice of what is ticked.
"use strict";

const queue = document.querySelector("[data-queue]");
if (queue) {
  const boxes = [...queue.querySelectorAll("input[name='items']")];
  const told = queue.querySelector("[data-ticked]");
  const tellTicked = () => {
    told.textContent = String(boxes.filter((box) => box.checked).length);
  };
  for (const box of boxes) {
    box.addEventListener("change", () => {
      document.getElementById("scope-ticked").checked = true;
      tellTicked();
    });
  }
  window.addEventListener("pageshow", tellTicked);
}
