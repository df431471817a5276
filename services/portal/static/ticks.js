// Keeps what the reviewer has ticked off, a moment after each tick, so that it is there on return.
"use strict";

const review = document.querySelector("form[data-ticks]");
if (review) {
  const status = document.getElementById("ticked");
  let busy = false;
  let again = false;

  const say = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };

  const told = async (answer) => {
    if (answer.ok) return say("核对进度已保存。");
    if (answer.status === 401) return say("登录已失效，核对进度没有保存。请在新窗口登录后再勾选。", true);
    const body = await answer.json();
    return say(`核对进度没有保存：${body.message}`, true);
  };

  const keep = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const body = new URLSearchParams(new FormData(review));
      const headers = { "X-Requested-With": "fetch" };
      await told(await fetch(review.dataset.ticks, { method: "POST", body, headers, credentials: "same-origin" }));
    } catch {
      say("网络中断，核对进度没有保存。", true);
    } finally {
      busy = false;
      if (again) {
        again = false;
        keep();
      }
    }
  };

  review.addEventListener("change", (event) => {
    if (event.target.name === "seen") keep();
  });
}
