// What TypeScript should know of the page in which the scripts here run. No browser gets this.

/** What Streamlit passes to the default export of a component that is not isolated. */
interface StreamlitComponent<Data> {
  data: Data;
  parentElement: HTMLElement;
  setTriggerValue(name: string, value: unknown): void;
  setStateValue(name: string, value: unknown): void;
}

interface PlotlyFigure {
  data: object[];
  layout: Record<string, any>;
}

/** The element of a chart, with what Plotly and chart.js add to it. */
interface PlotlyPlace extends HTMLElement {
  on(name: "plotly_relayout", heard: (change: Record<string, unknown>) => void): void;
  on(name: "plotly_click", heard: (event: { points: { customdata?: unknown }[] }) => void): void;
  _fullLayout: { width: number; height: number; _size: { h: number } };
  latest?: string;
  resized?: () => void; // draws it anew where text has another size
  layout: Record<string, any>;
  ranges?: Record<string, string>; // of its axes, before the user zooms
  watcher?: ResizeObserver;
  whole?: { right: number; texts: string[] }; // margin and names of lines where there is room
}

interface PlotlyLibrary {
  react(
    place: HTMLElement | string,
    data: object[],
    layout: object,
    config: object,
  ): Promise<PlotlyPlace>;
  relayout(place: HTMLElement, layout: object): Promise<PlotlyPlace>;
  Plots: { resize(place: HTMLElement): void };
}

declare const Plotly: PlotlyLibrary;

/** What happened before the live reading was there, in its order: see early_pen.js. */
interface DigitappEarly {
  /** Of the pen, with the canvas that it is on, and the place of the one that is drawn on. */
  event?: Event;
  canvas?: HTMLCanvasElement | null;
  box?: DOMRect;
  /** A button was pressed that changes the drawing. */
  pressed?: boolean;
  /** What the server knows of the drawing. */
  answer?: DigitappDrawing;
}

interface DigitappDrawing {
  objects: any[];
  revision: number;
  scale: number;
  pen: { width: number; colour: string };
}

interface DigitappEarlyPen {
  taken: boolean;
  /** Carries out a button's act, if it can. */
  press: ((act: string) => boolean) | null;
  told(one: DigitappEarly): void;
  take(): DigitappEarly[];
}

/** Whether the server can be reached: see connection.js. */
interface DigitappConnection {
  away: boolean;
  /** The name of the page that is shown. */
  page: string;
  /** Whether the drawing that the tab keeps is the page's own, and newer than the server's. */
  own?: boolean;
  /** Called after each change of `away`. */
  watchers: Set<() => void>;
  /** Has the server make the whole page anew. */
  refresh: () => void;
}

interface Window {
  digitappConnection?: DigitappConnection;
  digitappUploads?: { look: () => void };
  digitappEarly?: DigitappEarlyPen;
  Plotly: PlotlyLibrary;
  digitappPlotly?: Promise<PlotlyLibrary>;
  digitappTyped?: boolean;
  digitappPresses?: { session: string; last: number; waiting: [number, number, string][] };
  digitappZooms?: Map<string, Record<string, { revision: unknown; view: object }>>;
}
