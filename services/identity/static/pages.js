// Every page: go to what is wrong, and send a form once.
"use strict";

const urgent = document.querySelector("[data-focus]");
if (urgent) urgent.focus();

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// The page may come back from the browser's cache by "back": it can be sent again then.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
