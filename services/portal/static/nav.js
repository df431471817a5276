// The groups of the main navigation: closed by Escape, and by whatever is pressed elsewhere.
"use strict";

const openGroup = () => document.querySelector(".nav-group[open]");

document.addEventListener("keydown", (event) => {
  const group = event.key === "Escape" && openGroup();
  if (!group) return;
  group.open = false;
  group.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  const group = openGroup();
  if (group && !group.contains(event.target)) group.open = false;
});
