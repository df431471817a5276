// The files of a material: one line each with its progress, to be paused, continued and given up.
"use strict";

const MIB = 1024 * 1024;
const csrf = document.querySelector("meta[name='csrf-token']").content;
const spoken = document.getElementById("upload-status"); // what changes is said here once, not at every byte

const megabytes = (bytes) => (bytes / MIB).toFixed(1);

const refusal = (section, file) => {
  const extensions = section.dataset.extensions.split(",");
  const extension = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!extensions.includes(extension)) return `此处只接受 ${extensions.join("、").toUpperCase()} 文件。`;
  if (file.size === 0) return "文件是空的。";
  if (file.size > Number(section.dataset.largest)) return `文件超过 ${megabytes(Number(section.dataset.largest))} MB。`;
  return "";
};

// `isLate` says whether the section went on changing meanwhile: then it is not replaced. Lines of uploads move along.
const refresh = async (section, isLate = () => false) => {
  const answer = await fetch(section.dataset.fragment, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return section;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = parsed.querySelector("section.material");
  if (isLate()) return section;
  fresh.querySelector(".uploading").append(...section.querySelector(".uploading").children);
  section.replaceWith(fresh);
  const { done, total, stepDone, stepTotal } = fresh.dataset;
  const bar = document.getElementById("progress");
  bar.value = Number(done);
  document.getElementById("progress-text").textContent = `${done} / ${total}`;
  const step = document.getElementById("step-progress");
  if (step) step.textContent = `${stepDone}/${stepTotal}`;
  return fresh;
};

const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);

class Line {
  constructor(section, name, size) {
    this.slot = section.dataset.slot;
    this.name = name;
    this.size = size;
    this.item = element("li");
    this.bar = element("progress", { max: size || 1, value: 0 });
    this.bar.setAttribute("aria-label", `${name} 上传进度`);
    this.text = element("span", { className: "upload-state" });
    this.buttons = element("span", { className: "upload-buttons" });
    this.item.append(element("span", { className: "upload-name", textContent: name }), this.bar, this.text, this.buttons);
    section.querySelector(".uploading").append(this.item);
  }

  section() {
    return document.getElementById(`material-${this.slot}`);
  }

  progress(sent) {
    this.bar.value = sent;
    this.text.textContent = `${megabytes(sent)} / ${megabytes(this.size)} MB`;
  }

  say(state, isFault = false) {
    this.item.classList.toggle("fault", isFault);
    this.text.textContent = state;
    spoken.textContent = `${this.name}：${state}`;
  }

  offer(...choices) {
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(
      ...choices.map(([label, act, style = "btn-outline-primary"]) => {
        const button = element("button", { type: "button", className: `btn btn-sm ${style}`, textContent: label });
        button.append(element("span", { className: "visually-hidden", textContent: ` ${this.name}` }));
        button.addEventListener("click", act);
        return button;
      }),
    );
    if (hadFocus && this.buttons.firstChild) this.buttons.firstChild.focus({ preventScroll: true });
  }

  remove() {
    const hadFocus = this.item.contains(document.activeElement);
    this.item.remove();
    const input = this.section().querySelector(".upload-input");
    if (hadFocus && input) input.focus({ preventScroll: true });
  }
}

const STATES = { waiting: "网络中断，正在重新连接…", checking: "正在检查文件…" };

// Sends one file until it is there, paused or refused.
const send = async (line, upload) => {
  const giveUp = ["取消", () => upload.remove().then(() => line.remove()), "btn-outline-danger"];
  const goOn = ["继续", () => send(line, upload)];
  line.say("开始上传");
  line.offer(["暂停", () => upload.stop()], giveUp);
  try {
    await upload.run();
    line.item.remove();
    spoken.textContent = `${line.name}：已上传`;
    await refresh(line.section());
  } catch (error) {
    if (!line.item.isConnected) return;
    const sent = line.bar.value;
    const far = `${megabytes(sent)} / ${megabytes(line.size)} MB`;
    if (error instanceof Stopped) line.say(`已暂停，已上传 ${far}`);
    else if (error instanceof LineDown) line.say(`网络中断，已上传 ${far}，可以稍后继续。`, true);
    else if (error instanceof Refused) line.say(error.message, true);
    else throw error;
    const again = !(error instanceof Refused) || error.message === SIGNED_OUT;
    line.offer(...(again ? [goOn, giveUp] : [["知道了", () => line.remove()]]));
  }
};

const resumable = (line, file, more) =>
  new ResumableUpload(file, {
    endpoint: line.section().dataset.uploads,
    csrf,
    onProgress: (bytes) => line.progress(bytes),
    onState: (state) => STATES[state] && line.say(STATES[state]),
    ...more,
  });

// Files that were begun before the page was loaded: by slot and digest, with their lines.
const unfinished = [];

const take = async (section, files) => {
  const input = section.querySelector(".upload-input");
  for (const file of files) {
    const problem = refusal(section, file);
    const sha256 = problem ? "" : await digestOf(file);
    const begun = unfinished.findIndex((one) => sha256 && one.sha256 === sha256 && one.slot === section.dataset.slot);
    const [known] = begun < 0 ? [] : unfinished.splice(begun, 1);
    const line = known ? known.line : new Line(document.getElementById(section.id), file.name, file.size);
    if (problem) {
      line.say(problem, true);
      line.offer(["知道了", () => line.remove()]);
    } else {
      await send(line, resumable(line, file, { sha256, url: known ? known.url : "" }));
    }
  }
  const fresh = document.getElementById(section.id).querySelector(".upload-input") || input;
  if (document.activeElement === document.body) fresh.focus({ preventScroll: true });
};

const showUnfinished = async () => {
  const first = document.querySelector("section.material[data-unfinished]");
  if (!first) return;
  const answer = await fetch(first.dataset.unfinished, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  for (const one of (await answer.json()).items) {
    const section = document.getElementById(`material-${one.slot}`);
    if (!section || !section.querySelector(".upload-input")) continue;
    const line = new Line(section, one.name, one.length);
    line.progress(one.offset);
    line.text.textContent = `上次未传完，已上传 ${megabytes(one.offset)} / ${megabytes(one.length)} MB。请重新选择同一文件继续。`;
    const upload = resumable(line, { size: one.length, name: one.name }, { url: one.url });
    const known = { ...one, line };
    const forget = () => {
      unfinished.splice(unfinished.indexOf(known), 1);
      return upload.remove().then(() => line.remove());
    };
    line.offer(
      ["选择文件继续", () => line.section().querySelector(".upload-input").click()],
      ["放弃", forget, "btn-outline-danger"],
    );
    unfinished.push(known);
  }
};

showUnfinished();

// One save after the other, each of the boxes as they stand then: an older state never comes after a newer one.
let partsSaving = false;
let partsTicked = null;
let ticks = 0; // a section that was asked for before the last of them is out of date, however late it comes

const saveParts = async (box) => {
  partsTicked = box;
  ticks += 1;
  if (partsSaving) return;
  partsSaving = true;
  const form = box.form;
  const section = box.closest("section.material");
  let problem = "";
  let last = null;
  // Once an upload has shown the section anew, the old boxes say nothing any more.
  while (partsTicked && form.isConnected) {
    last = partsTicked;
    partsTicked = null;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
        credentials: "same-origin",
      });
      problem = answer.ok ? "" : (await answer.json()).message;
    } catch {
      problem = "网络中断，勾选没有保存，请重试。";
    }
  }
  partsSaving = false;
  partsTicked = null;
  if (!form.isConnected) return;
  if (problem) {
    const place = form.querySelector("p");
    place.className = "fault";
    place.textContent = problem;
    return;
  }
  const asked = ticks;
  const fresh = await refresh(section, () => ticks !== asked);
  if (fresh === section) return;
  const same = fresh.querySelector(`input[name="${last.name}"][value="${last.value}"]`);
  if (same) same.focus({ preventScroll: true });
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches(".upload-input")) {
    const files = [...input.files];
    input.value = "";
    if (files.length) take(input.closest("section.material"), files);
    return;
  }
  // Boxes of material 4 are saved as they are ticked; the button stays for those without scripts.
  if (input.form && input.form.matches(".parts-form")) saveParts(input);
});
