/** Small charts as SVG: text stays text, and the colours follow the reader's light or dark scheme. */

const WIDTH = 760;
const LEFT = 150;
const RIGHT = 44;
const LEGEND_COLUMN = 200;

const LIGHT = ['#0b62c4', '#c2570c', '#6b7280', '#0f7b4d', '#8b3fc0', '#b3261e', '#7a6a00'];
const DARK = ['#6cb0ff', '#ffab6b', '#a9b0bb', '#5fd39f', '#cf9bf5', '#ff8f87', '#dccb4e'];

const colours = (palette) =>
  palette.map((colour, series) => `.s${series}{fill:${colour};stroke:${colour}}`).join('');

const STYLE = `
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.small{font-size:11px}
.back{fill:#fff}.grid{stroke:#d0d7de}.line{fill:none;stroke-width:2}${colours(LIGHT)}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}.grid{stroke:#3d444d}${colours(DARK)}}
.line{fill:none}`;

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const at = (pixels) => Number(pixels.toFixed(1));

const text = (x, y, content, { anchor = 'start', style = '' } = {}) =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" class="${style}">${escaped(content)}</text>`;
const line = (x1, y1, x2, y2, style) =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${style}"/>`;
const box = (x, y, width, height, style, more = '') =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(width, 0))}" height="${at(height)}" class="${style}"${more}/>`;

/** Returns a drawing with a title, which is also its description for those who do not see it. */
function drawing(title, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${at(height)}" viewBox="0 0 ${WIDTH} ${at(height)}" role="img">
<title>${escaped(title)}</title><style>${STYLE}</style>
${[box(0, 0, WIDTH, height, 'back'), text(16, 24, title, { style: 'title' }), ...parts].join('\n')}
</svg>
`;
}

/** Returns the legend and the height that it takes. */
function legend(names, top) {
  const perLine = Math.floor((WIDTH - 32) / LEGEND_COLUMN);
  const parts = names.flatMap((name, series) => {
    const x = 16 + (series % perLine) * LEGEND_COLUMN;
    const y = top + Math.floor(series / perLine) * 18;
    return [box(x, y, 12, 10, `s${series}`), text(x + 18, y + 9, name)];
  });
  return { parts, height: Math.ceil(names.length / perLine) * 18 };
}

/** A scale in whole decades. Its ticks are the decades. */
export function logScale(values, from, to) {
  const known = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...known)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known))));
  const place = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const ticks = Array.from({ length: high - low + 1 }, (_, step) => Number(`1e${low + step}`));
  return { place, ticks };
}

/** A scale from 0 to a round number. */
export function linearScale(values, from, to) {
  const most = Math.max(...values, 0) || 1;
  const decade = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((size) => most / size <= 5);
  const count = Math.ceil(most / step);
  const place = (value) => from + (value / (count * step)) * (to - from);
  const ticks = Array.from({ length: count + 1 }, (_, number) => Number((number * step).toPrecision(6)));
  return { place, ticks };
}

const tickText = (value) => (value >= 1000 ? value.toLocaleString('en') : String(value));

/**
 * Draws rows of marks along one logarithmic axis. Each panel has a title and rows; each row a label and, for each series,
 * a value or null. `mark` draws a value in its lane, `extent` returns the numbers that the axis must cover.
 */
export function rowChart({ title, axis, series, panels, extent, mark }) {
  const LANE = 11;
  const rowHeight = series.length * LANE + 8;
  const key = legend(series, 40);
  const values = panels.flatMap(({ rows }) =>
    rows.flatMap((row) => row.values.filter(Boolean).flatMap(extent)),
  );
  const { place, ticks } = logScale(values, LEFT, WIDTH - RIGHT);
  const parts = [...key.parts];
  let y = 48 + key.height;
  for (const panel of panels) {
    parts.push(text(16, y + 16, panel.title, { style: 'small' }));
    y += 24;
    const bottom = y + panel.rows.length * rowHeight;
    parts.push(...ticks.map((tick) => line(place(tick), y, place(tick), bottom, 'grid')));
    for (const { label, values: marks } of panel.rows) {
      parts.push(text(LEFT - 8, y + (series.length * LANE) / 2 + 3, label, { anchor: 'end' }));
      marks.forEach((value, lane) => {
        if (value)
          parts.push(mark(value, { y: y + lane * LANE, height: LANE - 2, place, style: `s${lane}` }));
      });
      y += rowHeight;
    }
    parts.push(
      ...ticks.map((tick) => text(place(tick), y + 13, tickText(tick), { anchor: 'middle', style: 'small' })),
    );
    y += 20;
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, y + 16, axis, { anchor: 'middle' }));
  return drawing(title, y + 28, parts);
}

/** Draws a bar from the axis to the value, and the value beside it. */
export function bar(value, { y, height, place, style }) {
  const end = place(value);
  const label = value >= 100 ? value.toFixed(0) : value.toPrecision(2);
  return box(LEFT, y, end - LEFT, height, style) + text(end + 4, y + height - 0.5, label, { style: 'small' });
}

/** Draws a distribution: a box from p10 to p90, a line to p99, and a mark at the median. */
export function distribution({ p10, p50, p90, p99 }, { y, height, place, style }) {
  const middle = y + height / 2;
  return [
    line(place(p10), middle, place(p99), middle, style),
    box(place(p10), y + 1, place(p90) - place(p10), height - 2, style, ' fill-opacity="0.35"'),
    box(place(p50) - 1.5, y, 3, height, style),
    line(place(p99), y + 1, place(p99), y + height - 1, style),
  ].join('');
}

/** Draws lines through points; each series has a name and points of x and y. */
export function lineChart({ title, xAxis, yAxis, xScale, yScale, series, height = 260 }) {
  const key = legend(
    series.map(({ name }) => name),
    40,
  );
  const left = 76;
  const top = 68 + key.height;
  const bottom = top + height;
  const points = series.flatMap((one) => one.points);
  const x = xScale(
    points.map((point) => point[0]),
    left,
    WIDTH - RIGHT,
  );
  const y = yScale(
    points.map((point) => point[1]),
    bottom,
    top,
  );
  return drawing(title, bottom + 48, [
    ...key.parts,
    text(16, top - 12, yAxis),
    ...y.ticks.flatMap((tick) => [
      line(left, y.place(tick), WIDTH - RIGHT, y.place(tick), 'grid'),
      text(left - 6, y.place(tick) + 4, tickText(tick), { anchor: 'end', style: 'small' }),
    ]),
    ...x.ticks.map((tick) =>
      text(x.place(tick), bottom + 16, tickText(tick), { anchor: 'middle', style: 'small' }),
    ),
    ...series.map(({ points: own }, number) => {
      const path = own.map(([px, py]) => `${at(x.place(px))},${at(y.place(py))}`).join(' ');
      const dots = own.length > 12 ? [] : own.map(([px, py]) => dot(x.place(px), y.place(py), `s${number}`));
      return `<polyline points="${path}" class="s${number} line"/>${dots.join('')}`;
    }),
    text((left + WIDTH - RIGHT) / 2, bottom + 36, xAxis, { anchor: 'middle' }),
  ]);
}

const dot = (x, y, style) => `<circle cx="${at(x)}" cy="${at(y)}" r="3.5" class="${style}"/>`;
