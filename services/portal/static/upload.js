// Uploads the files of a material one after the other, each as the raw body of a request, with its progress.
"use strict";

const MIB = 1024 * 1024;
const csrf = document.querySelector("meta[name='csrf-token']").content;

const megabytes = (bytes) => (bytes / MIB).toFixed(1);

const refusal = (section, file) => {
  const extensions = section.dataset.extensions.split(",");
  const extension = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!extensions.includes(extension)) return `此处只接受 ${extensions.join("、").toUpperCase()} 文件。`;
  if (file.size === 0) return "文件是空的。";
  if (file.size > Number(section.dataset.largest)) return `文件超过 ${megabytes(Number(section.dataset.largest))} MB。`;
  return "";
};

const send = (section, file, onProgress) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", section.dataset.upload);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded, event.total);
    });
    request.addEventListener("load", () => {
      const body = request.response || {};
      if (request.status === 201) resolve("");
      else resolve([...(body.problems || []).map((problem) => problem.message), ""][0] || body.message || "上传失败，请重试。");
    });
    request.addEventListener("error", () => resolve("网络中断，文件没有上传，请重试。"));
    request.send(file);
  });

// `isLate` says whether the section went on changing meanwhile: then it is not replaced.
const refresh = async (section, isLate = () => false) => {
  const answer = await fetch(section.dataset.fragment, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return section;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = parsed.querySelector("section.material");
  if (isLate()) return section;
  section.replaceWith(fresh);
  const { done, total, stepDone, stepTotal } = fresh.dataset;
  const bar = document.getElementById("progress");
  bar.value = Number(done);
  document.getElementById("progress-text").textContent = `${done} / ${total}`;
  const step = document.getElementById("step-progress");
  if (step) step.textContent = `${stepDone}/${stepTotal}`;
  return fresh;
};

const line = (list, name) => {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${name} 上传进度`);
  const text = document.createElement("span");
  item.append(label, bar, text);
  list.append(item);
  return { item, bar, text };
};

const upload = async (section, files) => {
  const failures = [];
  let target = section;
  for (const file of files) {
    const { bar, text } = line(target.querySelector(".uploading"), file.name);
    let problem = refusal(target, file);
    if (!problem) {
      problem = await send(target, file, (loaded, total) => {
        bar.value = Math.round((100 * loaded) / total);
        text.textContent = loaded < total ? `${megabytes(loaded)} / ${megabytes(total)} MB` : "正在检查文件…";
      });
    }
    if (problem) failures.push([file.name, problem]);
    target = await refresh(target);
  }
  const list = target.querySelector(".uploading");
  for (const [name, problem] of failures) {
    const item = document.createElement("li");
    item.className = "fault";
    item.textContent = `${name}：${problem}`;
    if (list) list.append(item);
  }
  const input = target.querySelector(".upload-input");
  if (input) input.focus({ preventScroll: true });
};

// One save after the other, each of the boxes as they stand then: an older state never comes after a newer one.
let partsSaving = false;
let partsTicked = null;

const saveParts = async (box) => {
  partsTicked = box;
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
  const fresh = await refresh(section, () => partsTicked || partsSaving);
  if (fresh === section) return;
  const same = fresh.querySelector(`input[name="${last.name}"][value="${last.value}"]`);
  if (same) same.focus({ preventScroll: true });
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches(".upload-input")) {
    const files = [...input.files];
    input.value = "";
    if (files.length) upload(input.closest("section.material"), files);
    return;
  }
  // Boxes of material 4 are saved as they are ticked; the button stays for those without scripts.
  if (input.form && input.form.matches(".parts-form")) saveParts(input);
});
