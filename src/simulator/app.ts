/** The page: one state, one render; the model answers from its worker, everything else happens here at once. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { compareView } from './compare-view.js';
import { chartOf } from './curve.js';
import { curveView } from './curve-view.js';
import { Diagrams, light } from './diagram-view.js';
import { decisive, eventsOf, mainConnection, type LadderEvent } from './events.js';
import { exportContent, exportName } from './export.js';
import { handleKey } from './keys.js';
import { originOf } from './layout.js';
import { noticeOf } from './notice.js';
import type { Host } from './host.js';
import { headView, type HeadActions } from './head-view.js';
import { viewTabs } from './tabs-view.js';
import { picture, pictureView, type Picture } from './picture-view.js';
import { playbar } from './playbar-view.js';
import { withField } from './profile-fields.js';
import type { ExportFormat, Place, SavedState, ToPage } from './protocol.js';
import { Runner } from './runner.js';
import { rangeText, type Refusal } from './parameter-view.js';
import { kernelView, profileView, type SettingsActions } from './settings-view.js';
import {
  EMPTY,
  isSame,
  machineOf,
  profileOf,
  received,
  restored,
  withParameter,
  withNamedSysctl,
  withSettings,
  withSysctl,
  type View,
} from './state.js';
import { curesOf, isOtherQuestion, questionOf, titlesOf } from './of-state.js';
import { tableView } from './table-view.js';
import type { Story } from '../scenarios/play.js';
import type { Telling } from './tell.js';
import { sequenceOf, statesOf } from './diagram-words.js';
import { besideLine } from './words.js';
import { say } from '../words/say.js';

const DEFAULT_RTT_MS = 20;

export class App {
  private state: SavedState;
  private telling: Telling | null = null;
  private events: LadderEvent[] = [];
  private asked = 0;
  private width = 800;
  private notice = '';
  private refused: Refusal | null = null;
  private allRows = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private highlighted = '';
  private readonly runner: Runner;
  private readonly diagrams: Diagrams;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
  ) {
    this.state = restored(host.saved);
    const first = this.state.connection === null && host.first?.type === 'show' ? host.first : null;
    if (first !== null) this.state = received(this.state, first);
    this.runner = new Runner(
      host.workerSource,
      host.words,
      (telling) => this.told(telling),
      (reason) => this.say(say`The model cannot run here: ${reason}`),
      first?.told ?? null,
    );
    this.diagrams = new Diagrams(host.mermaidSource, host.nonce, (reason) => this.say(say`The diagram cannot be drawn: ${reason}`));
    addEventListener('message', (event: MessageEvent<ToPage>) => this.receive(event.data));
    addEventListener('keydown', (event) => handleKey(event, this));
    root.addEventListener('drawn', () => this.light());
    new ResizeObserver(() => this.resized()).observe(root);
    new MutationObserver(() => {
      this.diagrams.forget();
      this.draw();
    }).observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.ask();
    this.draw();
    host.post({ type: 'ready' });
  }

  /** A message of the extension. */
  private receive(message: ToPage): void {
    if (message.type === 'gone') this.lost(message.reason);
    else this.notice = noticeOf(message);
    // What is said of another connection stands at the beginning.
    if (message.type === 'show' && !isSame(this.state, message)) scrollTo(0, 0);
    if (message.type === 'show' && message.told) this.runner.expect(message.told);
    this.change(received(this.state, message));
  }

  /** The code has the connection no longer: nothing of it is highlighted, its picture stays. */
  private lost(reason: string): void {
    this.notice = say`${reason} The last known picture stays.`;
    this.highlighted = '';
    if (this.state.connection !== null) this.host.post({ type: 'highlight', uri: this.state.connection.uri, line: null, label: '' });
  }

  /** Takes a new state: remembers it, asks the model when the question changed, draws. */
  change(next: SavedState): void {
    const before = this.state;
    this.refused = null;
    this.state = next;
    this.host.save(next);
    if (isOtherQuestion(before, next)) this.ask();
    this.draw();
  }

  private ask(): void {
    const question = questionOf(this.state);
    if (question === null) return;
    this.asked += 1;
    this.runner.ask({ id: this.asked, ...question });
  }

  private told(telling: Telling): void {
    if (telling.id !== this.asked) return;
    this.telling = telling;
    const trace = telling.before?.trace;
    this.events = trace === undefined ? [] : eventsOf(trace, mainConnection(trace), telling.before?.answer.leak ?? null);
    this.allRows = false;
    const { event } = this.state;
    if (event < 0 || event >= this.events.length)
      this.state = { ...this.state, event: decisive(this.events, trace === undefined ? 0 : originOf(trace)) };
    this.host.save(this.state);
    this.draw();
    this.highlight();
  }

  private readonly wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  };

  private say(notice: string): void {
    this.notice = notice;
    this.draw();
  }

  private resized(): void {
    const style = getComputedStyle(this.root);
    const width = Math.max(280, Math.floor(this.root.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)));
    if (width === this.width) return;
    this.width = width;
    this.draw();
  }

  // The playhead

  get current(): LadderEvent | undefined {
    return this.events[this.state.event];
  }

  /** Moves the playhead and, in the editor, the highlight of the line that waits there. */
  moveTo(index: number, scroll = true): void {
    const event = Math.max(0, Math.min(this.events.length - 1, index));
    if (event === this.state.event) return;
    this.state = { ...this.state, event };
    this.host.save(this.state);
    this.draw();
    this.highlight();
    if (scroll) this.root.querySelector('.playhead')?.scrollIntoView({ block: 'nearest' });
  }

  step(by: number): void {
    this.moveTo(this.state.event + by);
  }

  last(): void {
    this.moveTo(this.events.length - 1);
  }

  get playing(): boolean {
    return this.timer !== null;
  }

  get mayPlay(): boolean {
    return !document.body.classList.contains('vscode-reduce-motion') && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  get mayZoom(): boolean {
    return this.state.view === 'ladder';
  }

  /** Steps by itself until the end; off where the user wants no motion. */
  play(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    } else if (this.mayPlay) {
      if (this.state.event >= this.events.length - 1) this.moveTo(0);
      const tick = (): void => {
        this.step(1);
        this.timer = this.state.event < this.events.length - 1 ? setTimeout(tick, 700) : null;
        if (this.timer === null) this.draw();
      };
      this.timer = setTimeout(tick, 300);
    }
    this.draw();
  }

  zoom(factor: number | null): void {
    const zoom = factor === null ? 1 : Math.max(0.25, Math.min(8, this.state.zoom * factor));
    this.change({ ...this.state, zoom });
  }

  /** Shows a line in the editor; without one, the line of the event under the playhead. */
  jump(line = this.current?.line ?? this.current?.waiting?.line ?? null): void {
    if (line !== null && this.state.connection !== null) this.host.post({ type: 'jump', uri: this.state.connection.uri, line });
  }

  private highlight(): void {
    const { connection } = this.state;
    if (connection === null) return;
    const waiting = this.current?.waiting ?? null;
    const line = this.current?.line ?? waiting?.line ?? null;
    const label = this.current === undefined || line === null ? '' : besideLine(this.current);
    const key = `${connection.uri} ${connection.version} ${line} ${label}`;
    if (key === this.highlighted) return;
    this.highlighted = key;
    this.host.post({ type: 'highlight', uri: connection.uri, line, label });
  }

  /** Selects the event that a shape of the picture stands for. */
  private readonly select = (t: number, side: 'A' | 'B' | null, kind: 'call' | 'state' | 'segment' | 'fault'): void => {
    const kinds = kind === 'call' ? ['call', 'return'] : [kind];
    const found =
      this.events.find((event) => event.t === t && event.side === side && kinds.includes(event.kind)) ??
      this.events.find((event) => event.t >= t && event.side === side);
    if (found) this.moveTo(found.index, false);
  };

  private draw(): void {
    render(this.page(), this.root);
    this.light();
  }

  private light(): void {
    light(this.root, this.current?.ours ?? null, this.current?.theirs ?? null);
  }

  private page(): TemplateResult {
    const { connection } = this.state;
    const profile = profileOf(this.state);
    if (connection === null || profile === null)
      return html`<main class="empty"><p>${this.notice === '' ? say`Waiting for a connection from your code…` : this.notice}</p></main>`;
    const before = this.telling?.before ?? null;
    return html`<main>
      ${headView({ state: this.state, answer: before?.answer ?? null, stale: this.telling?.id !== this.asked, notice: this.notice, error: this.telling?.error ?? null }, this.headActions())}
      <div class="values">
        ${profileView(connection.profile, profile, this.settings())}${kernelView(this.state.settings, { rttMs: DEFAULT_RTT_MS, ...machineOf(this.state) }, this.settings())}
      </div>
      ${before === null ? nothing : this.story(before)}
    </main>`;
  }

  private headActions(): HeadActions {
    return {
      refused: this.refused,
      refuse: (refused) => this.refuse(refused.id, refused.why),
      parameter: (name, value) => this.change(withParameter(this.state, name, value)),
      scenario: (scenario) => this.change({ ...this.state, scenario, parameters: {}, cure: null, event: -1 }),
      jump: (line) => this.jump(line),
      choose: (place) => this.choose(place),
      compare: (cure) => this.compare(cure),
    };
  }

  private story(before: Story): TemplateResult {
    const origin = originOf(before.trace);
    const view = this.state.view as View;
    const label = say`${before.answer.sees} ${this.events.length} events; the table below has the same in words.`;
    return html`<section class="story" data-ms=${this.telling?.ms ?? 0}>
      ${viewTabs(
        view,
        (next) => this.change({ ...this.state, view: next }),
        (format) => this.export(format),
      )}
      ${view === 'compare' || view === 'sequence' ? nothing : playbar(this.current, this.events.length, origin, this)}
      <div id="view-panel" role="tabpanel" aria-labelledby="tab-${view}">${this.view(view, before, label)}</div>
      ${tableView(
        this.events,
        this.state.event,
        origin,
        this.allRows,
        () => {
          this.allRows = true;
          this.draw();
        },
        { select: (index) => this.moveTo(index, false), jump: (line) => this.jump(line) },
      )}
    </section>`;
  }

  private view(view: View, before: Story, label: string): TemplateResult {
    switch (view) {
      case 'ladder':
        return html`${this.chart(before)}
          <div @wheel=${this.wheel}>${pictureView(this.picture([before]), this.current, [], label, this.select)}</div>`;
      case 'sequence':
        return html`<div class="scroll" tabindex="0" role="region" aria-label=${say`Sequence diagram`}>
          ${this.diagrams.view('sequence', sequenceOf(before.trace), label)}
        </div>`;
      case 'states':
        return html`${this.diagrams.view('states', statesOf(), say`The states of a TCP connection; both sockets’ current ones are lit.`)}
          <p class="legend">
            <span class="key ours">${say`your socket`}</span>
            <span class="key theirs">${say`peer’s socket`}</span>${say` at the event above; the arrow keys move on.`}
          </p>`;
      case 'compare':
        return compareView(before, this.telling?.after ?? null, curesOf(this.state), this.state.connection, {
          apply: (cure) => this.apply(cure),
          draw: (told, titles) =>
            pictureView(this.picture(told), undefined, titles, say`The same failure before and after, on one time axis.`, () => undefined),
        });
    }
  }

  private chart(told: Story): TemplateResult | typeof nothing {
    const chart = chartOf(told.trace, this.width, 220);
    return chart === null ? nothing : curveView(chart);
  }

  private picture(told: readonly Story[]): Picture {
    return picture(
      told.map(({ trace, answer }) => ({ trace, leak: answer.leak })),
      this.width,
      this.state.zoom,
    );
  }

  // What the user asks for

  private choose(place: Place): void {
    const { connection } = this.state;
    if (connection !== null) this.host.post({ type: 'choose', uri: connection.uri, place });
  }

  private compare(cure: string | null): void {
    this.change({ ...this.state, cure, view: cure === null ? 'ladder' : 'compare' });
  }

  private apply(cure: string): void {
    const { connection } = this.state;
    if (connection !== null)
      this.host.post({ type: 'apply', uri: connection.uri, version: connection.version, cure, place: connection.place });
  }

  private export(format: ExportFormat): void {
    const content = this.telling?.before == null ? null : exportContent(format, this.telling.before, titlesOf(this.state), this.root);
    if (content === null) this.say(say`Open the time line first: it is what is saved as SVG.`);
    else this.host.post({ type: 'export', format, name: exportName(format, this.state.connection, this.state.scenario), content });
  }

  /** Takes a new state, or says beside the input why there is none. */
  private accept(id: string, next: SavedState | string): void {
    if (typeof next === 'string') this.refuse(id, next);
    else this.change(next);
  }

  private refuse(id: string, why: string): void {
    this.refused = { id, why };
    this.draw();
  }

  private settings(): SettingsActions {
    return {
      refused: this.refused,
      field: (field, value) => {
        const { connection } = this.state;
        const changes = connection === null ? null : withField(connection.profile, this.state.changes, field, value);
        if (changes === null)
          this.refuse(
            `field-${field.id}`,
            `${rangeText(field.min, field.max, field.unit)}${field.empty === null ? '' : say`, or empty: ${field.empty}`}`,
          );
        else this.change({ ...this.state, changes, event: -1 });
      },
      restore: () => this.change({ ...this.state, changes: {}, event: -1 }),
      jump: (line) => this.jump(line),
      kernel: (settings) => this.change(withSettings(this.state, settings)),
      sysctl: (host, name, value) => this.accept(`${host}-${name}`, withSysctl(this.state, host, name, value)),
      byName: (text) => this.accept('by-name', withNamedSysctl(this.state, text)),
      machine: () => this.host.post({ type: 'machine' }),
      defaults: () => this.change({ ...this.state, settings: EMPTY.settings, event: -1 }),
    };
  }
}
