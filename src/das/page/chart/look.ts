import type uPlot from 'uplot';

/** Colours of charts: those of the style sheet, as the theme has them at the moment of drawing. */
export type ChartColour = '--ink-quiet' | '--line' | '--chart' | '--chart-band' | '--gap';

export const colour = (name: ChartColour): string => getComputedStyle(document.documentElement).getPropertyValue(name);

/** An axis as the style sheet wants it. */
export function axis(parts: Pick<uPlot.Axis, 'values' | 'splits' | 'scale' | 'size' | 'space'>): uPlot.Axis {
  return {
    ...parts,
    font: '12px system-ui, sans-serif',
    stroke: () => colour('--ink-quiet'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

/** Shades spans in which nothing was read, behind all else. */
export const gapShade =
  (gaps: () => readonly (readonly [from: number, to: number])[]): ((plot: uPlot) => void) =>
  (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = colour('--gap');
    for (const [from, to] of gaps()) {
      const left = Math.max(plot.valToPos(from / 1_000, 'x', true), bbox.left);
      const right = Math.min(plot.valToPos(to / 1_000, 'x', true), bbox.left + bbox.width);
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  };
