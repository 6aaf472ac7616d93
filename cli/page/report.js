// The script of a report's page: filters, search, and what is chosen in pictures. It sets text alone, and asks for nothing.
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const search = one("search");
  const tenant = one("tenant");
  const kind = one("kind");
  const severity = one("severity");
  const crossing = one("crossing");
  const status = one("status");
  const data = JSON.parse(one("data").textContent);

  /** Most edges that are told of at once. */
  const mostEdges = 12;

  /** A program's elements, by the places that its data has for them. */
  const programs = all("[data-program]").map((root, index) => {
    const { severities, edges, words, faults, pairs } = data[index];
    const rows = all("tr[data-node]", root);
    const touching = rows.map(() => []);
    edges.forEach(([from, to], place) => {
      touching[from].push(place);
      if (to !== from) touching[to].push(place);
    });
    return {
      ...{ root, severities, edges, words, faults, pairs, rows, touching },
      names: rows.map((row) => row.cells[0].textContent),
      texts: rows.map((row) =>
        [0, 1, 2]
          .map((cell) => row.cells[cell].textContent)
          .join(" ")
          .toLowerCase(),
      ),
      others: all("section tr[data-kind]:not([data-node])", root),
      changes: all(".changes tbody tr", root),
      nodes: all(".node", root),
      arrows: all(".edge", root),
      items: all(".fault", root),
      info: root.querySelector(".info"),
    };
  });

  /** What is chosen: nothing, or nodes and edges of a program, with what chose them. */
  let chosen;

  const wanted = () => search.value.trim().toLowerCase();
  const isFiltered = () =>
    wanted() !== "" ||
    [tenant, kind, severity].some(({ value }) => value !== "") ||
    crossing.checked;

  function fits(program, place) {
    const { dataset } = program.rows[place];
    const touches = program.touching[place];
    return (
      program.texts[place].includes(wanted()) &&
      (tenant.value === "" || dataset.tenant === tenant.value) &&
      (kind.value === "" || dataset.kind === kind.value) &&
      (severity.value === "" || program.severities[place] === severity.value) &&
      (!crossing.checked || touches.some((edge) => program.edges[edge][3] === 1))
    );
  }

  /** Whether a finding is shown: by its own words and severity, and by what it is about. */
  function fitsItem(program, item) {
    const { nodes, edges } = program.faults[Number(item.dataset.fault)];
    const isAbout = (test) => nodes.some(test);
    const dataOf = (place) => program.rows[place].dataset;
    return (
      (severity.value === "" || item.dataset.severity === severity.value) &&
      (wanted() === "" ||
        item.textContent.toLowerCase().includes(wanted()) ||
        isAbout((place) => program.texts[place].includes(wanted()))) &&
      (tenant.value === "" || isAbout((place) => dataOf(place).tenant === tenant.value)) &&
      (kind.value === "" || isAbout((place) => dataOf(place).kind === kind.value)) &&
      (!crossing.checked || edges.some((edge) => program.edges[edge][3] === 1))
    );
  }

  /** The nodes and edges that are not dimmed. */
  function shownIn(program) {
    if (chosen !== undefined) {
      return chosen.program === program ? chosen : { nodes: new Set(), edges: new Set() };
    }
    const nodes = new Set(
      program.rows.flatMap((_, place) => (fits(program, place) ? [place] : [])),
    );
    const edges = new Set();
    const found = [...nodes];
    program.edges.forEach(([from, to, , crosses], place) => {
      if (crossing.checked && crosses === 0) return;
      const both = nodes.has(from) && nodes.has(to);
      // Of what is searched for, its neighbours are shown too.
      const beside = wanted() !== "" && (found.includes(from) || found.includes(to));
      if (both || beside) edges.add(place);
    });
    for (const edge of edges) for (const end of program.edges[edge].slice(0, 2)) nodes.add(end);
    return { nodes, edges };
  }

  function paint() {
    const isDimmed = chosen !== undefined || isFiltered();
    let [shown, total, items, allItems] = [0, 0, 0, 0];
    for (const program of programs) {
      const { nodes, edges } = shownIn(program);
      const hot = new Set();
      for (const edge of edges) {
        const [from, to, , crosses] = program.edges[edge];
        if (crosses === 1) hot.add(from).add(to);
      }
      for (const svg of all(".scroll > svg", program.root)) svg.classList.toggle("dim", isDimmed);
      for (const node of program.nodes) {
        const place = Number(node.dataset.n);
        node.classList.toggle("on", nodes.has(place));
        node.classList.toggle("hot", hot.has(place));
        node.classList.toggle("chosen", chosen?.program === program && chosen.node === place);
      }
      for (const arrow of program.arrows) {
        arrow.classList.toggle("on", edges.has(Number(arrow.dataset.e)));
      }
      program.rows.forEach((row, place) => {
        row.hidden = !fits(program, place);
        total += 1;
        if (!row.hidden) shown += 1;
      });
      for (const row of program.others) {
        const { dataset } = row;
        row.hidden = !(
          row.textContent.toLowerCase().includes(wanted()) &&
          (tenant.value === "" || dataset.tenant === tenant.value) &&
          (kind.value === "" || dataset.kind.split(" ").includes(kind.value))
        );
      }
      for (const row of program.changes) {
        const isOfSeverity = severity.value === "" || row.dataset.severity === severity.value;
        row.hidden = !(isOfSeverity && row.textContent.toLowerCase().includes(wanted()));
      }
      for (const item of program.items) {
        item.hidden = !fitsItem(program, item);
        allItems += 1;
        if (!item.hidden) items += 1;
        const isChosen = chosen?.program === program && chosen.fault === Number(item.dataset.fault);
        item.classList.toggle("chosen", isChosen);
        for (const button of all("[data-show]", item))
          button.setAttribute("aria-pressed", isChosen);
      }
      for (const button of all("[data-pair]", program.root)) {
        const isChosen = chosen?.program === program && chosen.pair === Number(button.dataset.pair);
        button.setAttribute("aria-pressed", isChosen);
      }
    }
    status.textContent = isFiltered()
      ? `${shown} of ${total} nodes and ${items} of ${allItems} findings are shown.`
      : "";
  }

  function element(name, text, more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    Object.assign(made, more);
    return made;
  }

  /** Says beside the picture what is chosen, and where its edges lead. */
  function tell(program, title, edges, from) {
    const { info } = program;
    if (info === null) return;
    const list = document.createElement("ul");
    const [...places] = edges;
    for (const place of places.slice(0, mostEdges)) {
      const [tail, head, word, crosses] = program.edges[place];
      const item = document.createElement("li");
      const goTo = (node) => {
        const button = element("button", program.names[node], { type: "button" });
        button.addEventListener("click", () => choose(program, node, true));
        return button;
      };
      const words = ` ${program.words[word]} `;
      if (from !== tail) item.append(goTo(tail));
      item.append(words);
      if (from !== head) item.append(goTo(head));
      if (crosses === 1) item.append(element("b", " crosses tenants", { className: "crosses" }));
      list.append(item);
    }
    const rest = places.length - mostEdges;
    if (rest > 0) list.append(element("li", `and ${rest} more, which the table has`));
    info.replaceChildren(element("b", title), list);
  }

  function clear() {
    chosen = undefined;
    for (const { info } of programs) {
      info?.replaceChildren(
        element("p", "Choose a node or a finding to see what it leads to.", { className: "muted" }),
      );
    }
  }

  function choose(program, node, isMoved) {
    const edges = new Set(program.touching[node]);
    const nodes = new Set([node, ...[...edges].flatMap((edge) => program.edges[edge].slice(0, 2))]);
    chosen = { program, node, nodes, edges };
    const row = program.rows[node];
    const [name, what, own] = [0, 1, 2].map((cell) => row.cells[cell].textContent);
    tell(program, `${name}, ${what}${own === "none" ? "" : ` of tenant ${own}`}`, edges, node);
    paint();
    if (!isMoved) return;
    const drawn = program.nodes.filter(({ dataset }) => Number(dataset.n) === node);
    const target = drawn.find((each) => each.getClientRects().length > 0) ?? opened(drawn[0]);
    if (target !== undefined) focus(target);
  }

  /** Opens what a drawn node is folded in. */
  function opened(target) {
    for (
      let part = target?.closest("details");
      part;
      part = part.parentElement.closest("details")
    ) {
      part.open = true;
    }
    return target;
  }

  function focus(node) {
    for (const each of all('.node[tabindex="0"]', node.ownerSVGElement)) {
      each.setAttribute("tabindex", "-1");
    }
    node.setAttribute("tabindex", "0");
    node.focus();
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function chooseFault(program, item) {
    const fault = Number(item.dataset.fault);
    if (chosen?.program === program && chosen.fault === fault) {
      clear();
      paint();
      return;
    }
    const { nodes, edges } = program.faults[fault];
    chosen = { program, fault, nodes: new Set(nodes), edges: new Set(edges) };
    tell(program, item.querySelector("h4 .sentence").textContent, edges);
    paint();
    const own = item.querySelector("details.path");
    if (own !== null) own.open = true;
    const picture = own ?? program.root.querySelector(".stage .scroll, .pictures");
    picture?.scrollIntoView({ block: "nearest" });
    const first = program.nodes.find(
      (node) => nodes.includes(Number(node.dataset.n)) && node.getClientRects().length > 0,
    );
    if (own === null) first?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function choosePair(program, button) {
    const pair = Number(button.dataset.pair);
    const isSame = chosen?.program === program && chosen.pair === pair;
    clear();
    if (!isSame) {
      const edges = program.pairs[pair];
      const nodes = new Set(edges.flatMap((edge) => program.edges[edge].slice(0, 2)));
      chosen = { program, pair, nodes, edges: new Set(edges) };
      tell(program, button.getAttribute("aria-label"), edges);
      const folded = all("details.tenant", program.root).find(
        ({ dataset }) => dataset.tenant === button.dataset.from,
      );
      if (folded !== undefined) folded.open = true;
    }
    paint();
  }

  const programOf = (target) =>
    programs.find(({ root }) => root === target.closest("[data-program]"));

  document.addEventListener("click", ({ target }) => {
    const program = programOf(target);
    if (program === undefined) return;
    const show = target.closest("[data-show]");
    const pair = target.closest("[data-pair]");
    const node = target.closest(".node");
    if (show !== null) chooseFault(program, show.closest(".fault"));
    else if (pair !== null) choosePair(program, pair);
    else if (node !== null) {
      const place = Number(node.dataset.n);
      if (chosen?.program === program && chosen.node === place) {
        clear();
        paint();
      } else choose(program, place, false);
    }
  });

  for (const input of [search, tenant, kind, severity, crossing]) {
    input.addEventListener("input", () => {
      clear();
      paint();
      // What is found shows where it is folded.
      if (wanted() === "") return;
      for (const folded of all("details.tenant")) {
        if (folded.querySelector(".node.on") !== null && !folded.open) folded.open = true;
      }
    });
  }

  function reset() {
    search.value = "";
    for (const select of [tenant, kind, severity]) select.value = "";
    crossing.checked = false;
    clear();
    paint();
  }
  one("reset").addEventListener("click", reset);

  /** The node that an arrow key leads to. */
  function neighbour(node, key) {
    const program = programOf(node);
    const place = Number(node.dataset.n);
    const svg = node.ownerSVGElement;
    const drawn = all(".node", svg);
    const at = (other) => drawn.find(({ dataset }) => Number(dataset.n) === other);
    const edges = program.touching[place].map((edge) => program.edges[edge]);
    if (key === "ArrowRight") {
      return edges
        .filter(([from]) => from === place)
        .map(([, to]) => at(to))
        .find(Boolean);
    }
    if (key === "ArrowLeft") {
      return edges
        .filter(([, to]) => to === place)
        .map(([from]) => at(from))
        .find(Boolean);
    }
    const own = node.getBBox();
    const middle = own.x + own.width / 2;
    const sign = key === "ArrowDown" ? 1 : -1;
    return drawn
      .filter((other) => other !== node)
      .map((other) => ({ other, box: other.getBBox() }))
      .filter(({ box }) => Math.abs(box.x + box.width / 2 - middle) < (box.width + own.width) / 2)
      .filter(({ box }) => (box.y - own.y) * sign > 0)
      .sort((a, b) => (a.box.y - b.box.y) * sign)[0]?.other;
  }

  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const active = document.activeElement;
    const isTyping = active === search || active instanceof HTMLSelectElement;
    if (key === "/" && !isTyping) {
      event.preventDefault();
      search.focus();
      return;
    }
    if (key === "Escape") {
      reset();
      return;
    }
    const node = active?.closest?.(".node");
    if (!node) return;
    if (key === "Enter" || key === " ") {
      event.preventDefault();
      node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else if (/^Arrow(?:Left|Right|Up|Down)$/.test(key)) {
      event.preventDefault();
      const next = neighbour(node, key);
      if (next !== undefined) focus(next);
    }
  });

  /** A picture that is wider than its box shrinks by as much as stays legible. */
  const smallest = 0.8;
  const naturals = new WeakMap();

  /** Fits a picture into its box, and says above the box where a part of it is out of view. */
  function fit(box) {
    const svg = box.querySelector(":scope > svg");
    if (svg !== null) {
      const natural =
        naturals.get(svg) ?? ["width", "height"].map((side) => svg.getAttribute(side));
      naturals.set(svg, natural);
      const factor = Math.max(smallest, Math.min(1, box.clientWidth / Number(natural[0])));
      svg.setAttribute("width", Math.floor(natural[0] * factor));
      svg.setAttribute("height", Math.ceil(natural[1] * factor));
    }
    const hint = box.previousElementSibling;
    if (hint?.classList.contains("hint")) hint.hidden = box.scrollWidth <= box.clientWidth;
  }
  const fitIn = (root) =>
    all(".scroll", root)
      .filter(({ clientWidth }) => clientWidth > 0)
      .forEach(fit);
  window.addEventListener("resize", () => fitIn(document));
  document.addEventListener("toggle", ({ target }) => fitIn(target), true);

  // On paper everything is open.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const each of folded) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
  });

  clear();
  paint();
  fitIn(document);
})();
