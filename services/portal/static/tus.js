// One file on its way by tus 1.0.0: sent in chunks, continued where the server says, tried again when the line is down.
"use strict";

const CHUNK = 4 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 15]; // seconds before each further try without progress

class Stopped extends Error {} // by the person
class LineDown extends Error {} // no answer, or one that asks to try later
class Refused extends Error {} // the server said no; the message is for the person

const SIGNED_OUT = "登录已失效。请在新窗口登录，再回到此页继续上传。";

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const digestOf = async (file) => {
  if (!window.crypto || !window.crypto.subtle) return ""; // only where the page came over a safe line
  const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

class ResumableUpload {
  // `onProgress(sent)` is told bytes; `onState(state)` one of "sending", "waiting", "checking".
  constructor(file, { endpoint, csrf, url = "", sha256 = "", onProgress, onState }) {
    Object.assign(this, { file, endpoint, csrf, url, sha256, onProgress, onState });
    this.offset = null; // not known: to be asked for
    this.stopped = false;
    this.request = null;
    this.wake = null;
  }

  // Sends what is left. Throws `Stopped`, `Refused`, and `LineDown` when several tries in a row brought nothing.
  async run() {
    this.stopped = false;
    for (let tries = 0; ; tries += 1) {
      try {
        this.onState("sending");
        await this.begin();
        do {
          await this.sendChunk();
          tries = 0;
        } while (this.offset < this.file.size);
        return;
      } catch (error) {
        if (this.stopped) throw new Stopped();
        if (!(error instanceof LineDown)) throw error;
        this.offset = null;
        if (tries >= WAITS.length) throw error;
        this.onState("waiting");
        await this.wait(WAITS[tries]);
      }
    }
  }

  stop() {
    this.stopped = true;
    if (this.request) this.request.abort();
    if (this.wake) this.wake();
  }

  async remove() {
    this.stop();
    if (this.url) await this.ask("DELETE", this.url).catch(() => {});
  }

  async begin() {
    if (this.url && this.offset === null) {
      const answer = await this.ask("HEAD", this.url, {}, null, true);
      if (answer.status === 404) this.url = ""; // it has expired: from the beginning
      else this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    }
    if (this.url) return;
    const said = [`filename ${base64(this.file.name)}`];
    if (this.sha256) said.push(`sha256 ${base64(this.sha256)}`);
    const answer = await this.ask("POST", this.endpoint, {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": said.join(","),
    });
    this.url = answer.getResponseHeader("Location");
    this.offset = 0;
  }

  async sendChunk() {
    const end = Math.min(this.offset + CHUNK, this.file.size);
    const answer = await this.ask(
      "PATCH",
      this.url,
      { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" },
      this.file.slice(this.offset, end),
    );
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.onProgress(this.offset);
  }

  ask(method, url, headers = {}, body = null, mayBeGone = false) {
    return new Promise((resolve, reject) => {
      if (this.stopped && method !== "DELETE") {
        reject(new Stopped());
        return;
      }
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, url);
      const all = { "Tus-Resumable": "1.0.0", "X-CSRF-Token": this.csrf, "X-Requested-With": "fetch", ...headers };
      for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
      if (body) {
        const start = this.offset;
        request.upload.addEventListener("progress", (event) => {
          this.onProgress(start + event.loaded);
          if (start + event.loaded >= this.file.size) this.onState("checking");
        });
      }
      request.addEventListener("load", () => this.settle(request, mayBeGone, resolve, reject));
      for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new LineDown()));
      request.send(body);
    });
  }

  settle(request, mayBeGone, resolve, reject) {
    const { status } = request;
    if ((status >= 200 && status < 300) || (mayBeGone && status === 404)) {
      resolve(request);
      return;
    }
    let said = {};
    try {
      said = JSON.parse(request.responseText || "{}");
    } catch {
      said = {}; // an answer of something in between
    }
    if (status === 401) reject(new Refused(SIGNED_OUT));
    else if (status >= 500 || status === 429 || said.code === "upload_offset" || said.code === "upload_interrupted") {
      reject(new LineDown());
    } else {
      const messages = (said.problems || []).map((problem) => problem.message);
      reject(new Refused(messages.join(" ") || said.message || "上传失败，请重试。"));
    }
  }

  wait(seconds) {
    return new Promise((resolve) => {
      this.wake = resolve;
      window.addEventListener("online", resolve, { once: true });
      setTimeout(resolve, 1000 * seconds);
    });
  }
}
