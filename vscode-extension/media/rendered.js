// Shows the HTML of a pane. Whatever a model wrote, only the elements below get into the page, without
// styles and handlers; images are shown as links, and nothing is loaded.
(function () {
  const vscode = acquireVsCodeApi();
  const text = document.getElementById("text");
  const state = document.getElementById("state");

  const ELEMENTS = new Set(
    ("a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s section " +
      "small span strong sub summary sup table tbody td tfoot th thead tr u ul").split(" "),
  );
  const MATH = new Set(
    ("math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable " +
      "mtd mtext mtr munder munderover semantics").split(" "),
  );
  // Elements whose content is no text for a reader.
  const DROPPED = new Set("script style template noscript iframe object embed svg annotation title".split(" "));
  const NUMBERS = ["start", "colspan", "rowspan"];
  const MATHML = "http://www.w3.org/1998/Math/MathML";

  function clean(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      return document.createTextNode(node.data);
    }
    if (node.nodeType !== Node.ELEMENT_NODE) {
      return document.createDocumentFragment();
    }
    const name = node.localName;
    if (DROPPED.has(name) || node.classList.contains("katex-html")) {
      return document.createDocumentFragment();
    }
    if (name === "img") {
      return link(node.getAttribute("src"), node.getAttribute("alt") || node.getAttribute("src") || "image");
    }
    if (name === "input") {
      // The box of a task list.
      return document.createTextNode(node.hasAttribute("checked") ? "☑ " : "☐ ");
    }
    const isMath = MATH.has(name);
    let made;
    if (name === "a") {
      made = link(node.getAttribute("href"), "");
    } else if (isMath) {
      made = document.createElementNS(MATHML, name);
    } else {
      made = ELEMENTS.has(name) ? document.createElement(name) : document.createDocumentFragment();
    }
    if (made.nodeType === Node.ELEMENT_NODE) {
      const classes = [...node.classList].filter((each) => /^(hljs|language)-?[\w-]*$/.test(each));
      if (classes.length > 0) {
        made.setAttribute("class", classes.join(" "));
      }
      for (const attribute of NUMBERS) {
        if (/^\d{1,6}$/.test(node.getAttribute(attribute) || "")) {
          made.setAttribute(attribute, node.getAttribute(attribute));
        }
      }
    }
    for (const child of node.childNodes) {
      made.append(clean(child));
    }
    return made;
  }

  function link(address, label) {
    const made = document.createElement(/^(https?|mailto):/i.test(address || "") ? "a" : "span");
    if (made.localName === "a") {
      made.setAttribute("href", address);
      made.setAttribute("title", address);
    }
    made.append(label);
    return made;
  }

  function addButtons(root, labels) {
    for (const block of root.querySelectorAll("pre")) {
      const button = document.createElement("button");
      button.textContent = labels.copy;
      button.dataset.copy = "";
      block.append(button);
    }
  }

  // Blocks that are as they were stay: a selection in them lives on, and the page does not flicker.
  function replace(made) {
    const [before, after] = [[...text.children], [...made.children]];
    let same = 0;
    while (same < before.length && same < after.length && before[same].isEqualNode(after[same])) {
      same += 1;
    }
    before.slice(same).forEach((block) => block.remove());
    text.append(...after.slice(same));
  }

  function isAtEnd() {
    return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 24;
  }

  let following = false;
  window.addEventListener("scroll", () => {
    following = isAtEnd();
  });

  window.addEventListener("message", ({ data }) => {
    const follow = following || (data.busy && isAtEnd());
    const parsed = new DOMParser().parseFromString(data.html, "text/html");
    const made = document.createElement("main");
    for (const child of parsed.body.childNodes) {
      made.append(clean(child));
    }
    for (const heading of made.querySelectorAll(":scope > h2")) {
      if (data.speakers.includes(heading.textContent)) {
        heading.className = "speaker";
      }
    }
    addButtons(made, data.labels);
    replace(made);
    state.textContent = data.state;
    if (follow) {
      window.scrollTo(0, document.documentElement.scrollHeight);
      following = true;
    }
  });

  document.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement && "copy" in target.dataset) {
      vscode.postMessage({ type: "copy", text: target.parentElement.querySelector("code").textContent });
    }
  });

  // The editor's own keys come through, but for Enter and those of the clipboard.
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "v" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      vscode.postMessage({ type: "text" });
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey && !(event.target instanceof HTMLButtonElement) && !(event.target instanceof HTMLAnchorElement)) {
      vscode.postMessage({ type: event.shiftKey ? "compose" : "followUp" });
    }
  });

  vscode.postMessage({ type: "ready" });
})();
