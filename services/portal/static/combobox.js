// A search box for code lists (the combobox of ARIA): what is typed is looked up, arrows choose, Enter takes.
"use strict";

const LOOK_MS = 200;
let made = 0;

class Combobox {
  constructor(field, address, take) {
    made += 1;
    this.field = field;
    this.address = address;
    this.take = take;
    this.items = [];
    this.at = -1;
    this.asked = 0;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `combo-${made}`, className: "combo-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "可选项");
    const box = document.createElement("div");
    box.className = "combo";
    field.replaceWith(box);
    box.append(field, this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]");
      if (item) this.choose(Number(item.dataset.at));
    });
  }

  soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), LOOK_MS);
  }

  async look() {
    const text = this.field.value.trim();
    const mine = ++this.asked;
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || mine !== this.asked || document.activeElement !== this.field) return;
      this.show((await answer.json()).items);
    } catch {
      this.close(); // the code can be typed all the same
    }
  }

  show(items) {
    this.items = items;
    this.at = -1;
    this.list.replaceChildren(
      ...items.map((item, at) => {
        const option = document.createElement("li");
        Object.assign(option, { id: `${this.list.id}-${at}`, textContent: `${item.code} ${item.name}` });
        option.setAttribute("role", "option");
        option.dataset.at = at;
        return option;
      }),
    );
    if (!items.length) {
      const none = Object.assign(document.createElement("li"), { className: "combo-none", textContent: "没有相符的条目" });
      none.setAttribute("role", "presentation");
      this.list.append(none);
    }
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.items.length;
    if (!count) return;
    this.at = (this.at + step + count) % count;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
    const chosen = this.list.children[this.at];
    this.field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  choose(at) {
    this.asked += 1;
    window.clearTimeout(this.timer);
    this.take(this.items[at]);
    this.close();
  }

  press(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "ArrowDown" && event.altKey) this.look();
      else return;
    } else if (event.key === "Enter" && isOpen && this.at >= 0) this.choose(this.at);
    else if (event.key === "Escape" && isOpen) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const filled = (field) => field.dispatchEvent(new Event("filled", { bubbles: true }));

const upgrade = (root) => {
  for (const field of root.querySelectorAll("input[data-list]:not([role])")) {
    new Combobox(field, field.dataset.list, (item) => {
      field.value = `${item.code} ${item.name}`;
      filled(field);
    });
  }
  for (const area of root.querySelectorAll("textarea[data-lines]:not([data-upgraded])")) {
    area.dataset.upgraded = "";
    const box = Object.assign(document.createElement("input"), { className: "form-control", placeholder: "查找并添加", autocomplete: "off" });
    box.setAttribute("aria-label", `${area.getAttribute("aria-label").replace("，每行一项", "")}：查找并添加`);
    box.dataset.ownList = "";
    area.after(box);
    new Combobox(box, area.dataset.lines, (item) => {
      const lines = area.value.split("\n").filter((line) => line.trim());
      if (!lines.some((line) => line.split(" ")[0] === item.code)) area.value = [...lines, `${item.code} ${item.name}`].join("\n");
      area.rows = Math.max(2, area.value.split("\n").length);
      box.value = "";
      filled(area);
    });
  }
};

upgrade(document);
document.addEventListener("added", (event) => upgrade(event.detail));
