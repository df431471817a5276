// Evidence: sent with a line that says how far it is; the list is shown anew when it is there.
"use strict";

const evidence = document.querySelector("form[data-evidence]");
if (evidence) {
  const MIB = 1024 * 1024;
  const lines = document.querySelector("#evidence .uploading");
  const spoken = document.getElementById("upload-status");
  const megabytes = (bytes) => (bytes / MIB).toFixed(1);

  const lineOf = (file) => {
    const line = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
    bar.setAttribute("aria-label", `${file.name} 上传进度`);
    const name = Object.assign(document.createElement("span"), { className: "upload-name", textContent: file.name });
    const state = Object.assign(document.createElement("span"), { className: "upload-state" });
    line.append(name, bar, state);
    lines.append(line);
    return { line, bar, state };
  };

  const say = (parts, text, isFault) => {
    parts.line.classList.toggle("fault", Boolean(isFault));
    parts.state.textContent = text;
    spoken.textContent = `${parts.line.firstChild.textContent}：${text}`;
  };

  const send = (file) => {
    const parts = lineOf(file);
    const body = new FormData();
    body.append("csrf_token", evidence.elements.namedItem("csrf_token").value);
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", evidence.action);
    request.upload.addEventListener("progress", (event) => {
      parts.bar.value = Math.min(event.loaded, file.size);
      parts.state.textContent = event.loaded < event.total ? `${megabytes(event.loaded)} / ${megabytes(file.size)} MB` : "正在检查文件…";
    });
    document.body.dataset.uploading = "";
    request.addEventListener("loadend", () => delete document.body.dataset.uploading);
    request.addEventListener("error", () => say(parts, "网络中断，没有上传，请重试。", true));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        if (!document.querySelector("form[data-fill]")) {
          window.location.reload();
          return;
        }
        document.dispatchEvent(new CustomEvent("fresh-page", { detail: page }));
        parts.line.remove();
        spoken.textContent = `${file.name}：已上传`;
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const fault = page.querySelector("#evidence .fault, .alert, main p");
      say(parts, fault ? fault.textContent : "没有上传，请重试。", true);
    });
    say(parts, "开始上传");
    request.send(body);
  };

  evidence.addEventListener("submit", (event) => {
    const input = evidence.querySelector("[type=file]");
    if (!input.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    for (const file of [...input.files]) send(file);
    input.value = "";
  });
}
