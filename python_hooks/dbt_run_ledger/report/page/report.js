"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const PAGE = 50;
  // Statuses that colour alone must not tell apart.
  const PATTERNS = { failed: "/", lost: "x", partial: "\\", cancelled: "." };
  const STEP_COLOURS = { SUCCESS: "succeeded", ERROR: "failed", WARN: "partial", RUNNING: "running", SKIPPED: "cancelled", CANCELLED: "cancelled" };
  // A plot reads a little HTML in its texts, and names of models are not HTML.
  const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const isPrinted = () => matchMedia("print").matches || root.dataset.printing === "yes";

  const layout = (more) => {
    const axis = { gridcolor: colour("line"), zerolinecolor: colour("line"), linecolor: colour("line"), automargin: true };
    const { xaxis, yaxis, yaxis2, ...rest } = more;
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("ink"), family: "system-ui, Open Sans, sans-serif", size: 12 },
      margin: { l: 50, r: 16, t: 12, b: 36 },
      legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
      hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("ink") }, align: "left" },
      ...rest,
      xaxis: { ...axis, ...xaxis }, yaxis: { ...axis, rangemode: "tozero", ...yaxis },
      ...(yaxis2 ? { yaxis2: { ...axis, rangemode: "tozero", ...yaxis2 } } : {}),
    };
  };
  const plot = (id, traces, more) =>
    Plotly.react(id, traces, layout(more), { displayModeBar: false, responsive: true });
  const bars = (x, y, name, tone) => ({
    type: "bar", x, y, name,
    marker: { color: colour(tone), pattern: { shape: PATTERNS[tone] || "", fillmode: "overlay", fgcolor: colour("card"), size: 6, solidity: 0.18 } },
  });

  const drawDays = () => plot("days",
    Object.entries(data.days.counts).map(([status, counts]) => bars(data.days.days, counts, status, status)),
    { barmode: "stack", xaxis: { type: "date" }, yaxis: { title: { text: "runs" } } });

  const drawGantt = () => {
    const run = data.timelines[Number(byId("timeline-choice").value)];
    const lanes = [...new Set(run.bars.map((bar) => bar.thread || "-"))].sort();
    const groups = new Map();
    for (const bar of run.bars) {
      if (!groups.has(bar.status)) groups.set(bar.status, []);
      groups.get(bar.status).push(bar);
    }
    const traces = [...groups].map(([status, found]) => ({
      type: "bar", orientation: "h", name: status.toLowerCase(),
      y: found.map((bar) => bar.thread || "-"), base: found.map((bar) => bar.from),
      x: found.map((bar) => Math.max(bar.to - bar.from, run.seconds / 500)),
      text: found.map((bar) => plain(bar.name)), textposition: "inside", insidetextanchor: "start",
      hovertext: found.map((bar) => `${plain(bar.name)} (${plain(bar.type)})<br>${status.toLowerCase()}, ${(bar.to - bar.from).toFixed(2)} s from ${bar.from.toFixed(2)} s` +
        (bar.wait_ms ? `<br>waited ${(bar.wait_ms / 1000).toFixed(2)} s for a thread` : "") + (bar.is_critical ? "<br>on the critical path" : "")),
      hoverinfo: "text", constraintext: "inside", textangle: 0, textfont: { color: colour("card") },
      marker: {
        color: colour(STEP_COLOURS[status] || "cancelled"),
        line: { color: found.map((bar) => (bar.is_critical ? colour("ink") : colour("card"))), width: found.map((bar) => (bar.is_critical ? 3 : 1)) },
      },
    }));
    plot("gantt", traces, {
      barmode: "overlay", height: Math.max(200, 90 + lanes.length * 42), bargap: 0.2, uniformtext: { mode: "hide", minsize: 9 },
      xaxis: { title: { text: "seconds since the start" }, rangemode: "tozero" },
      yaxis: { categoryorder: "array", categoryarray: lanes.reverse(), type: "category" },
    });
    const percent = run.use === null ? "-" : `${(run.use * 100).toFixed(1)}%`;
    byId("timeline-facts").textContent = `${run.bars.length} steps on ${run.threads} threads, ${percent} of their time in use. ` +
      `Outlined: the critical path, ${run.critical_seconds.toFixed(2)} s of ${run.seconds.toFixed(2)} s: ${run.critical.slice(-6).join(", ")}` +
      (run.is_cut ? ". Later steps are left out." : "");
  };

  const drawTrend = () => {
    const model = data.models[Number(byId("model-choice").value)];
    const traces = [{
      type: "scatter", mode: "lines+markers", name: "duration", x: model.at, y: model.ms.map((ms) => ms / 1000),
      line: { color: colour("accent"), width: 1.5 },
      marker: {
        size: 8, color: model.status.map((status) => colour(STEP_COLOURS[status] || "cancelled")),
        symbol: model.status.map((status) => (status === "ERROR" ? "x" : "circle")),
      },
      hovertext: model.at.map((at, index) => `${at}: ${(model.ms[index] / 1000).toFixed(3)} s, ${model.status[index].toLowerCase()}`), hoverinfo: "text",
    }];
    if (model.usual_ms !== null) {
      traces.push({ type: "scatter", mode: "lines", name: "median before", x: [model.at[0], model.at.at(-1)], y: [model.usual_ms / 1000, model.usual_ms / 1000], line: { color: colour("soft"), dash: "dash", width: 1.5 }, hoverinfo: "skip" });
    }
    const mark = { xref: "x", yref: "paper", x0: model.at.at(-3), x1: model.at.at(-1), y0: 0, y1: 1, fillcolor: colour("failed"), opacity: 0.12, line: { width: 0 }, type: "rect" };
    plot("trend", traces, {
      xaxis: { type: "date" }, yaxis: { title: { text: "seconds" } }, shapes: model.is_regressed ? [mark] : [],
      annotations: model.is_regressed ? [{ xref: "x", yref: "paper", x: model.at.at(-1), y: 1, xanchor: "right", yanchor: "bottom", text: `${Math.round(model.change * 100)} % slower`, showarrow: false, font: { color: colour("failed") } }] : [],
    });
  };

  const drawFunction = () => {
    const one = data.functions[byId("function-choice").value];
    const line = (name, tone, dash) => ({ type: "scatter", mode: "lines", name, x: one.hour, y: one[name], line: { color: colour(tone), dash, width: 1.8 } });
    plot("function", [
      line("p50", "succeeded", "solid"), line("p95", "accent", "solid"), line("p99", "failed", "dot"),
      { type: "bar", name: "invocations", x: one.hour, y: one.invocations, yaxis: "y2", marker: { color: colour("queued") } },
      { type: "scatter", mode: "lines", name: "error rate", x: one.hour, y: one.error_rate, yaxis: "y3", line: { color: colour("partial"), width: 1.8 } },
    ], {
      height: 380, xaxis: { type: "date", anchor: "y3" }, yaxis: { title: { text: "ms" }, nticks: 5, domain: [0.5, 1] }, yaxis2: { title: { text: "calls" }, nticks: 3, domain: [0.22, 0.45] },
      yaxis3: { title: { text: "errors" }, domain: [0, 0.17], tickformat: ".0%", nticks: 3, rangemode: "tozero", gridcolor: colour("line"), zerolinecolor: colour("line"), automargin: true },
    });
  };

  const drawVolumes = () => {
    const months = data.processing.months;
    const x = months.map((row) => row.month);
    plot("volumes", [["success", "succeeded"], ["failed", "failed"], ["skipped", "cancelled"]].map(([name, tone]) => bars(x, months.map((row) => row[name]), name, tone)),
      { barmode: "stack", xaxis: { type: "category" }, yaxis: { title: { text: "rows" } } });
  };

  const drawProfile = () => {
    const one = data.profiles[byId("profile-choice").value];
    const line = (name, values, tone, dash) => ({ type: "scatter", mode: "lines+markers", name, x: one.at, y: values, line: { color: colour(tone), dash, width: 1.8 } });
    plot("profile", [line("null rate", one.null_rate, "failed", "solid"), line("distinct rate", one.distinct_rate, "accent", "dot")],
      { xaxis: { type: "date" }, yaxis: { tickformat: ".0%" } });
  };

  const CHARTS = [["days", drawDays], ["gantt", drawGantt, "timeline-choice"], ["trend", drawTrend, "model-choice"], ["function", drawFunction, "function-choice"], ["volumes", drawVolumes], ["profile", drawProfile, "profile-choice"]]
    .filter(([id]) => byId(id));
  const drawAll = () => CHARTS.forEach(([, draw]) => draw());

  const setScheme = (dark) => {
    root.dataset.scheme = dark ? "dark" : "light";
    const button = byId("scheme");
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-pressed", String(dark));
  };
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const applyScheme = () => setScheme(!isPrinted() && (chosen === null ? prefersDark.matches : chosen));
  applyScheme();

  let page = 0;
  let rows = data.runs;
  const cell = (text, kind = "td", tone = "") => {
    const made = document.createElement(kind);
    made.textContent = text === null ? "-" : text;
    if (tone) made.className = tone;
    return made;
  };
  const runRow = (run) => {
    const [started, status, ledger, job, target, seconds, things, failed, error, id] = run;
    const line = document.createElement("tr");
    const first = cell(started, "th", "when");
    first.scope = "row";
    const badge = document.createElement("span");
    badge.className = `badge ${status}`;
    badge.textContent = status;
    const state = document.createElement("td");
    state.append(badge);
    const what = cell(job);
    const code = document.createElement("code");
    code.textContent = id;
    what.append(document.createElement("br"), code);
    line.append(first, state, what, cell(target), cell(ledger), cell(seconds, "td", "n"), cell(things, "td", "n"), cell(failed, "td", "n"), cell(error));
    return line;
  };
  const showRuns = () => {
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    page = Math.min(page, pages - 1);
    byId("run-rows").replaceChildren(...rows.slice(page * PAGE, (page + 1) * PAGE).map(runRow));
    byId("found").textContent = `${rows.length.toLocaleString("en")} of ${data.runs.length.toLocaleString("en")} runs`;
    byId("page").textContent = `Page ${page + 1} of ${pages}`;
    byId("newer").disabled = page === 0;
    byId("older").disabled = page === pages - 1;
  };
  const filterRuns = () => {
    const word = byId("search").value.trim().toLowerCase();
    const status = byId("status").value;
    rows = data.runs.filter((run) => (!status || run[1] === status) && (!word || run.some((text) => String(text).toLowerCase().includes(word))));
    page = 0;
    showRuns();
  };

  const value = (row, column) => {
    const found = row.cells[column];
    const text = found.dataset.value ?? found.textContent.trim();
    const number = Number.parseFloat(String(text).replace(/,/g, ""));
    return found.classList.contains("n") ? (Number.isNaN(number) ? -Infinity : number) : text;
  };
  const sortable = (table) => [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      [...table.tHead.rows[0].cells].forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = [...table.tBodies[0].rows].sort((a, b) => {
        const [x, y] = [value(a, column), value(b, column)];
        return (up ? 1 : -1) * (x < y ? -1 : x > y ? 1 : 0);
      });
      table.tBodies[0].append(...sorted);
    });
  });

  document.querySelectorAll("table.sortable").forEach(sortable);
  if (byId("run-rows")) {
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("search").addEventListener("input", filterRuns);
    byId("status").addEventListener("change", filterRuns);
    byId("newer").addEventListener("click", () => { page -= 1; showRuns(); });
    byId("older").addEventListener("click", () => { page += 1; showRuns(); });
    showRuns();
  }
  CHARTS.filter(([, , choice]) => choice).forEach(([, draw, choice]) => byId(choice).addEventListener("change", draw));
  const renew = () => { applyScheme(); drawAll(); };
  prefersDark.addEventListener("change", renew);
  byId("scheme").addEventListener("click", () => { chosen = root.dataset.scheme !== "dark"; renew(); });
  addEventListener("beforeprint", () => { root.dataset.printing = "yes"; document.querySelectorAll(".chart").forEach((each) => each.style.setProperty("width", "1000px")); renew(); });
  addEventListener("afterprint", () => { delete root.dataset.printing; document.querySelectorAll(".chart").forEach((each) => each.style.removeProperty("width")); renew(); });

  // Text first, then a chart at a time, so that the page can be read and scrolled meanwhile.
  const next = (index) => {
    if (index === CHARTS.length) { root.dataset.state = "drawn"; return; }
    CHARTS[index][1]();
    setTimeout(next, 0, index + 1);
  };
  setTimeout(next, 0, 0);
})();
