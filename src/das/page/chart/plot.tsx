import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface PlotParts {
  /** What the chart shows, in a sentence, for whoever does not see it. */
  readonly label: string;
  readonly height: number;
  /** Everything but the size. Another object makes another chart. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
  /** The span of the horizontal axis, in seconds since 1970. */
  readonly span: readonly [from: number, to: number];
  /** Which column the reader points at. */
  readonly onPoint?: (index: number | undefined) => void;
}

/** A chart that fits its place and can be read by pointing and by the arrow keys. */
export function Plot({ label, height, options, data, span, onPoint }: PlotParts) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ data, span, onPoint });
  latest.current = { data, span, onPoint };
  useEffect(() => {
    const holder = place.current;
    if (holder === null) return undefined;
    const made = makePlot(holder, options, height, latest.current.data, (index) => latest.current.onPoint?.(index));
    plot.current = made;
    setSpan(made, latest.current.span);
    const observer = new ResizeObserver(() => made.setSize({ width: holder.clientWidth, height }));
    observer.observe(holder);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => made.redraw(false);
    scheme.addEventListener('change', redraw);
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      observer.disconnect();
      theme.disconnect();
      scheme.removeEventListener('change', redraw);
      made.destroy();
    };
  }, [options, height]);
  useEffect(() => {
    const made = plot.current;
    if (made === undefined) return;
    made.batch(() => {
      made.setData(data, false);
      setSpan(made, span);
    });
  }, [data, span[0], span[1]]);
  const onKey = (event: KeyboardEvent): void => {
    const step = KEYS[event.key];
    if (step === undefined || plot.current === undefined) return;
    event.preventDefault();
    moveCursor(plot.current, step);
  };
  return <div class="plot" ref={place} role="img" aria-label={label} tabIndex={0} onKeyDown={onKey} />;
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function makePlot(
  holder: HTMLElement,
  options: PlotParts['options'],
  height: number,
  data: uPlot.AlignedData,
  onPoint: (index: number | undefined) => void,
): uPlot {
  return new uPlot(
    {
      ...options,
      width: holder.clientWidth,
      height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: { ...options.hooks, setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    },
    data,
    holder,
  );
}

const setSpan = (plot: uPlot, [min, max]: PlotParts['span']): void => plot.setScale('x', { min, max });

function moveCursor(plot: uPlot, step: number): void {
  const last = plot.data[0].length - 1;
  const from = plot.cursor.idx ?? (step > 0 ? -1 : last + 1);
  const index = Math.min(last, Math.max(0, from + step));
  const at = plot.data[0][index];
  if (at !== undefined) plot.setCursor({ left: plot.valToPos(at, 'x'), top: 0 });
}
