// Saves a step of the wizard a moment after the last keystroke, with the version that the page was made of.
"use strict";

const form = document.querySelector("form[data-autosave]");
if (form) {
  const PAUSE_MS = 1500;
  const status = document.getElementById("autosave");
  const version = form.elements.namedItem("version");
  let timer = 0;
  let busy = false;
  let again = false;
  let stopped = false;
  let waiting = null; // the button that was pressed while a save was under way

  const say = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };

  const showErrors = (errors) => {
    for (const place of form.querySelectorAll("[id$='-e']")) {
      const anchor = place.id.slice(0, -2);
      const messages = errors.filter((error) => error.anchor === anchor).map((error) => error.message);
      const control = document.getElementById(anchor);
      place.textContent = messages.map((message) => message.replace(/^[^：]*：/, "")).join("");
      place.hidden = messages.length === 0;
      if (control && control.matches("input, textarea")) {
        if (messages.length) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
    }
  };

  const save = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    say("正在保存…");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
        credentials: "same-origin",
      });
      const body = await answer.json();
      if (answer.ok) {
        version.value = body.version;
        const bar = document.getElementById("progress");
        bar.value = body.done;
        bar.max = body.total;
        document.getElementById("progress-text").textContent = `${body.done} / ${body.total}`;
        showErrors(body.errors);
        const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
        if (body.errors.length) say(`已自动保存（${body.errors.length} 处有误的内容未保存）`, true);
        else say(`已自动保存 ${at}`);
      } else if (answer.status === 412) {
        stopped = true;
        say("内容已在别处更新，自动保存已停止。点“保存”可核对后再存。", true);
      } else if (answer.status === 401) {
        stopped = true;
        say("登录已失效，内容还在此页，请在新窗口登录后再点“保存”。", true);
      } else {
        say(body.message || "未能自动保存。", true);
      }
    } catch {
      say("网络中断，未能自动保存，稍后重试。", true);
      timer = window.setTimeout(save, 10 * PAUSE_MS);
    } finally {
      busy = false;
      if (waiting) form.requestSubmit(waiting);
      else if (again && !stopped) {
        again = false;
        timer = window.setTimeout(save, PAUSE_MS);
      }
    }
  };

  form.addEventListener("input", () => {
    if (stopped) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    stopped = true;
    if (busy && event.submitter) {
      // The save under way makes a new version: the form is sent once it is known.
      event.preventDefault();
      event.stopPropagation();
      waiting = event.submitter;
    }
  });
}
