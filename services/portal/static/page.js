// Every page: go to what is wrong, ask before what can't be undone, send a form once.
"use strict";

const urgent = document.querySelector("[data-focus]");
if (urgent) urgent.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter && event.submitter.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// The page may come back from the browser's cache by "back": it can be sent again then.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
