// Every page: go to what is wrong, ask before what can't be undone, send a form once.
"use strict";

const urgent = document.querySelector("[data-focus]");
if (urgent) urgent.focus();

const OVER = "登录已失效，填写的内容还在此页。请在新窗口登录，再回到此页保存。";
const CUT_OFF = "网络中断，填写的内容还在此页，请稍后再保存。";

const tell = (form, text) => {
  let place = form.querySelector("[data-kept]");
  if (!place) {
    place = document.createElement("p");
    place.className = "alert alert-warning";
    place.setAttribute("role", "alert");
    place.dataset.kept = "";
    (form.querySelector(".actions:last-of-type") || form).before(place);
  }
  place.replaceChildren(text);
  if (text === OVER) {
    const link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.textContent = "登录（新窗口）";
    place.append(" ", link);
  }
};

// Asks for the page anew before a long form is sent: where the sign-in is over, nothing that was typed may be lost to
// the sign-in page; where somebody has signed in again in another window, the form goes with that session's token.
const renew = async (form) => {
  try {
    const answer = await fetch(window.location.pathname, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (answer.status === 401) return OVER;
    if (!answer.ok) return "";
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = fresh.querySelector("meta[name='csrf-token']");
    if (token) form.elements.namedItem("csrf_token").value = token.content;
    return "";
  } catch {
    return CUT_OFF;
  }
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button && button.dataset.confirm;
  if (form.dataset.renewed === undefined && question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (form.dataset.keep === undefined || form.dataset.renewed !== undefined) {
    delete form.dataset.renewed;
    return;
  }
  event.preventDefault();
  const problem = await renew(form);
  delete form.dataset.sent;
  if (problem) {
    tell(form, problem);
    return;
  }
  form.dataset.renewed = "";
  form.requestSubmit(button);
});

// The page may come back from the browser's cache by "back": it can be sent again then.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
