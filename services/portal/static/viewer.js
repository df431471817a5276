// Shows the documents of a registration inside the review page, page by page.
"use strict";

const viewer = document.getElementById("viewer");
if (viewer) {
  const picture = document.getElementById("viewer-page");
  const text = document.getElementById("viewer-text");
  const bar = viewer.querySelector(".viewer-bar");
  const back = document.getElementById("viewer-back");
  const next = document.getElementById("viewer-next");
  const place = document.getElementById("viewer-place");
  const name = document.getElementById("viewer-name");
  let link = null;
  let page = 1;

  const showPage = () => {
    const pages = Number(link.dataset.pages);
    // The former page goes first: nobody may take it for the one that is still on its way.
    picture.hidden = true;
    picture.src = link.dataset.pageUrl.replace(/0$/, String(page));
    picture.alt = `${link.dataset.name} 第 ${page} 页`;
    place.textContent = "正在读取…";
    back.disabled = page <= 1;
    next.disabled = page >= pages;
  };

  const show = async (chosen) => {
    link = chosen;
    page = 1;
    const pages = Number(link.dataset.pages);
    name.textContent = link.dataset.name;
    document.getElementById("viewer-download").href = link.dataset.download;
    bar.hidden = false;
    picture.hidden = true;
    text.hidden = pages !== 0;
    back.hidden = next.hidden = pages === 0;
    place.textContent = "";
    if (pages) {
      showPage();
    } else if (link.dataset.textUrl) {
      text.textContent = "正在读取…";
      const answer = await fetch(link.dataset.textUrl, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      const body = await answer.json();
      text.textContent = answer.ok ? body.text : body.message;
    } else {
      text.textContent = "此类文件不能在页面内预览，请下载查看。";
    }
  };

  picture.addEventListener("load", () => {
    picture.hidden = false;
    place.textContent = `第 ${page} 页，共 ${link.dataset.pages} 页`;
  });
  picture.addEventListener("error", () => {
    place.textContent = "未能读取此页，请重试或下载查看。";
  });

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("a[data-view]");
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(chosen);
    viewer.scrollIntoView({ block: "nearest" });
  });
  back.addEventListener("click", () => {
    page -= 1;
    showPage();
  });
  next.addEventListener("click", () => {
    page += 1;
    showPage();
  });
  const first = document.querySelector("a[data-view]");
  if (first) show(first);
}

// One click for what is in order, after the faults are marked.
const rest = document.querySelector("[data-accept-rest]");
if (rest) {
  rest.hidden = false;
  rest.addEventListener("click", () => {
    for (const group of document.querySelectorAll(".verdict")) {
      const chosen = group.querySelector("input:checked");
      if (!chosen || chosen.value === "") group.querySelector("input[value='accept']").checked = true;
    }
  });
}
