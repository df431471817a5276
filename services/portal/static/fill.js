// Saves the form a moment after the last change, and puts what the service found, computed and offers into the page.
// What can't be sent now is sent later: nothing that was typed is given up.
"use strict";

const filing = document.querySelector("form[data-fill]");
if (filing) {
  const PAUSE_MS = 1200;
  const SOON_MS = 80;
  const LONGEST_WAIT_MS = 30000;
  const status = document.getElementById("autosave");
  let timer = 0;
  let busy = false;
  let again = false;
  let stopped = false;
  const unsaved = {
    get is() {
      return filing.hasAttribute("data-unsaved");
    },
    set is(value) {
      filing.toggleAttribute("data-unsaved", value);
    },
  };
  let failures = 0;
  let waiting = null; // the button that was pressed while a save was under way

  const say = (text, isBad) => {
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };

  const plan = (delay) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  };

  // Where somebody is typing, and what was typed after the save began, is newer than what comes back.
  const isNewer = (child, sent) =>
    child.contains(document.activeElement) ||
    [...child.querySelectorAll("textarea")].some((box) => box.value !== (sent.get(box.name) ?? box.value));

  const boxOf = (child) => (child.querySelector("textarea") || {}).name;

  const refresh = (place, fresh, sent) => {
    if (fresh.innerHTML === place.innerHTML) return;
    const kept = [...place.children].filter((child) => isNewer(child, sent));
    if (!kept.length) {
      place.replaceChildren(...fresh.cloneNode(true).childNodes);
      return;
    }
    // A node that is moved loses the cursor: the others are put around it.
    for (const child of [...place.children]) if (!kept.includes(child)) child.remove();
    const names = kept.map(boxOf);
    for (const child of fresh.children) if (!boxOf(child) || !names.includes(boxOf(child))) place.append(child.cloneNode(true));
  };

  const show = (page, sent) => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(place.id);
      if (!fresh) place.replaceChildren();
      else refresh(place, fresh, sent);
    }
    for (const cell of filing.querySelectorAll("[data-asked]")) {
      const fresh = page.getElementById(cell.id);
      if (fresh && !cell.contains(document.activeElement)) cell.hidden = fresh.hidden;
      const field = cell.querySelector("[aria-describedby]");
      const twin = fresh && fresh.querySelector("[aria-describedby]");
      if (field && twin) {
        if (twin.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      }
    }
    const { value } = page.getElementById("version");
    for (const place of document.querySelectorAll("#version, [data-version]")) place.value = value;
  };

  const refusal = async (answer, sent) => {
    // A file that was put to the filing meanwhile makes a new version too: what is typed goes on top of it.
    const isOurs = "uploading" in document.body.dataset || sent.get("version") !== document.getElementById("version").value;
    if (answer.status === 412 && isOurs) {
      plan(PAUSE_MS);
      return "正在保存…";
    }
    if (answer.status === 412) {
      stopped = true;
      return "内容已在别处更新，自动保存已停止。点“保存”可核对后再存，或重新载入本页。";
    }
    if (answer.status === 401) {
      stopped = true;
      return "登录已失效，内容还在此页，请在新窗口登录后再点“保存”。";
    }
    if (answer.status >= 500 || answer.status === 429) throw new TypeError("not now");
    const body = await answer.json();
    return body.message || "未能自动保存。";
  };

  const save = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    say("正在保存…");
    const sent = new FormData(filing);
    try {
      const answer = await fetch(filing.dataset.fill, {
        method: "POST",
        body: new URLSearchParams(sent),
        headers: { "X-Requested-With": "fetch" },
        credentials: "same-origin",
      });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        show(page, sent);
        failures = 0;
        unsaved.is = again;
        const refused = page.querySelectorAll(".founds > .fault").length;
        const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
        if (refused) say(`已自动保存 ${at}（${refused} 处有误的内容未保存）`, true);
        else say(`已自动保存 ${at}`);
      } else say(await refusal(answer, sent), true);
    } catch {
      failures += 1;
      say("网络中断，内容还在此页，正在重试…", true);
      plan(Math.min(LONGEST_WAIT_MS, PAUSE_MS * 2 ** failures));
    } finally {
      busy = false;
      if (waiting) filing.requestSubmit(waiting);
      else if (again && !stopped) plan(SOON_MS);
    }
  };

  const change = (event, delay) => {
    if (stopped || event.target.closest("[data-own-list]")) return;
    unsaved.is = true;
    again = busy;
    plan(delay);
  };

  filing.addEventListener("input", (event) => change(event, PAUSE_MS));
  // A choice may open or close fields: it is saved at once. "Does not apply" waits for its reason.
  filing.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name && field.name.endsWith(":na")) {
      if (field.checked) document.getElementsByName(field.name.replace(/na$/, "why"))[0].focus();
      change(event, field.checked ? 4 * PAUSE_MS : SOON_MS);
    } else if (field.matches("select, [type=radio], [type=checkbox]")) change(event, SOON_MS);
  });
  filing.addEventListener("filled", (event) => change(event, SOON_MS));
  filing.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    stopped = true;
    if (busy && event.submitter) {
      // The save under way makes a new version: the form is sent once it is known.
      event.preventDefault();
      event.stopPropagation();
      waiting = event.submitter;
      return;
    }
    unsaved.is = false;
  });
  window.addEventListener("online", () => failures && plan(SOON_MS));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.is) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    stopped = false;
  });

  // Rows of a repeated item: a new one is made of the pattern, those behind a dropped one move up.
  const renumber = (row, from, to) => {
    const names = (text) => text.replaceAll(`/${from}/`, `/${to}/`).replaceAll(`-${from}-`, `-${to}-`);
    for (const node of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "aria-describedby", "aria-label", "value"]) {
        if (!node.hasAttribute(name) || (name === "value" && !node.matches("button, [type=hidden]"))) continue;
        if (name === "aria-label") node.setAttribute(name, node.getAttribute(name).replace(/第 \d+ 行/, `第 ${to + 1} 行`));
        else node.setAttribute(name, names(node.getAttribute(name)));
      }
    }
    row.dataset.row = to;
    row.querySelector("th").firstChild.textContent = String(to + 1);
    const marker = row.querySelector("th [type=hidden]");
    if (marker) marker.value = String(to);
    const button = row.querySelector("[data-drop]");
    if (button) button.value = button.value.replace(/\d+$/, String(to));
  };

  const addRow = (group) => {
    const body = group.querySelector("tbody");
    const count = body.rows.length;
    const row = group.querySelector("template").content.firstElementChild.cloneNode(true);
    const head = row.querySelector("th");
    head.textContent = String(count + 1);
    const marker = Object.assign(document.createElement("input"), { type: "hidden", name: `/${group.dataset.rows}:row`, value: String(count) });
    head.append(marker);
    const button = Object.assign(document.createElement("button"), { type: "submit", className: "btn btn-sm btn-outline-danger", textContent: "删除", name: "drop", value: `/${group.dataset.rows}/${count}` });
    button.dataset.drop = "";
    row.lastElementChild.append(button);
    renumber(row, Number(row.dataset.row), count);
    body.append(row);
    document.dispatchEvent(new CustomEvent("added", { detail: row }));
    const none = group.querySelector(".row-tools [type=checkbox]");
    if (none) none.checked = false;
    row.querySelector("input:not([type=hidden]), select, textarea").focus();
  };

  filing.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    const drop = event.target.closest("[data-drop]");
    if (!add && !drop) return;
    event.preventDefault();
    const group = event.target.closest("[data-rows]");
    if (add) {
      addRow(group);
      return;
    }
    const row = drop.closest("tr");
    const behind = [...row.parentElement.rows].slice(row.rowIndex - row.parentElement.rows[0].rowIndex + 1);
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    behind.forEach((each) => renumber(each, Number(each.dataset.row), Number(each.dataset.row) - 1));
    (next ? next.querySelector("input:not([type=hidden]), select") : group.querySelector("[data-add]")).focus();
    unsaved.is = true;
    plan(SOON_MS);
  });
  document.addEventListener("fresh-page", (event) => show(event.detail, new FormData(filing)));
  document.addEventListener("wanted-row", (event) => addRow(event.detail));
}
