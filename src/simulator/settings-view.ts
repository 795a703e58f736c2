/** The values one may change: the connection's, the scenario's, the kernel's. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { defaultsOf, hasSysctl } from '../kernel/sysctl.js';
import { KERNEL_VERSIONS, SYSCTLS, type KernelVersion, type SysctlSpec } from '../kernel/sysctl-table.js';
import type { ConnectionProfile } from '../scenarios/profile.js';
import { controlOf } from './controls.js';
import { invalid, refusal, type Refusal } from './parameter-view.js';
import { fieldsFor, sourceOf, type Field, type FieldValue } from './profile-fields.js';
import type { KernelSettings } from './protocol.js';
import { kernelLike } from './state.js';
import { say, translated } from '../words/say.js';

export interface SettingsActions {
  refused: Refusal | null;
  field: (field: Field, value: FieldValue) => void;
  restore: () => void;
  jump: (line: number) => void;
  kernel: (settings: Partial<KernelSettings>) => void;
  sysctl: (host: 'A' | 'B', name: string, value: string) => void;
  /** `NAME=VALUE` as a user types it, for both hosts. */
  byName: (text: string) => void;
  machine: () => void;
  defaults: () => void;
}

function control(field: Field, value: FieldValue, id: string, change: SettingsActions['field']): TemplateResult {
  if (field.kind === 'switch') {
    return html`<input
      id=${id}
      type="checkbox"
      .checked=${live(value === true)}
      @change=${(event: Event) => change(field, controlOf(event).checked)}
    />`;
  }
  if (field.kind === 'choice') {
    return html`<select id=${id} @change=${(event: Event) => change(field, controlOf(event).value)}>
      ${field.choices.map(([key, title]) => html`<option value=${key} ?selected=${key === value}>${title}</option>`)}
    </select>`;
  }
  const text = value === null ? '' : String(value);
  return html`<input
      id=${id}
      type="number"
      min=${field.min}
      max=${field.max}
      step="any"
      placeholder=${field.empty ?? ''}
      .value=${live(text)}
      @change=${(event: Event) => change(field, controlOf(event).value === '' ? null : controlOf(event).valueAsNumber)}
    /><span class="unit">${field.unit}</span>`;
}

function fieldRow(code: ConnectionProfile, shown: ConnectionProfile, field: Field, actions: SettingsActions): TemplateResult {
  const value = field.get(shown);
  const original = field.get(code);
  const source = sourceOf(code, field);
  const id = `field-${field.id}`;
  const said =
    value === original ? source.text : say`changed here; code: ${original === null ? (field.empty ?? say`none`) : String(original)}`;
  return html`<div class="field ${value === original ? '' : 'changed'}">
    <label for=${id}>${field.label}</label>
    <span class="control">${control(field, value, id, actions.field)}${refusal(id, actions.refused)}</span>
    <span class="source"
      >${said}${source.line === null ? nothing : html`, <button class="link" @click=${() => actions.jump(source.line ?? 1)}>${say`line ${source.line}`}</button>`}</span
    >
  </div>`;
}

/** Every value of the connection with where it comes from. */
export function profileView(code: ConnectionProfile, shown: ConnectionProfile, actions: SettingsActions): TemplateResult {
  const fields = fieldsFor(code);
  const changed = fields.filter((field) => field.get(code) !== field.get(shown)).length;
  return html`<details class="settings">
    <summary>
      ${say`This connection`} <span class="quiet">${changed === 0 ? say`as in the code` : say`${changed} changed here`}</span>
    </summary>
    <div class="fields">${fields.map((field) => fieldRow(code, shown, field, actions))}</div>
    <p><button ?disabled=${changed === 0} @click=${actions.restore}>${say`Restore the code’s values`}</button></p>
  </details>`;
}

/** The sysctls that decide most failures; the others follow. */
const FIRST = [
  'tcp_retries2',
  'tcp_syn_retries',
  'tcp_keepalive_time',
  'tcp_keepalive_intvl',
  'tcp_keepalive_probes',
  'tcp_fin_timeout',
  'tcp_tw_reuse',
].map((name) => `net.ipv4.${name}`);

function sysctlRow(
  spec: SysctlSpec,
  settings: KernelSettings,
  kernel: KernelVersion,
  { sysctl: set, refused }: SettingsActions,
): TemplateResult {
  const usual = defaultsOf(spec, kernel).join(' ');
  const cell = (host: 'A' | 'B'): TemplateResult =>
    html`<td role="cell" data-whose=${host === 'A' ? say`your host` : say`the peer’s host`}>
      <input
        type="text"
        inputmode="numeric"
        size="7"
        placeholder=${usual}
        aria-label="${spec.name}: ${host === 'A' ? say`your host` : say`the peer’s host`}"
        .value=${live(String(settings.sysctls[host][spec.name] ?? ''))}
        aria-invalid=${invalid(`${host}-${spec.name}`, refused)}
        @change=${(event: Event) => set(host, spec.name, controlOf(event).value)}
      />${refusal(`${host}-${spec.name}`, refused)}
    </td>`;
  return html`<tr role="row" title=${translated(spec.about)}>
    <th role="rowheader" scope="row"><code>${spec.name}</code></th>
    ${cell('A')}${cell('B')}
    <td role="cell" class="quiet">${translated(spec.about)}</td>
  </tr>`;
}

function sysctlTable(
  specs: readonly SysctlSpec[],
  settings: KernelSettings,
  kernel: KernelVersion,
  actions: SettingsActions,
): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say`Table of sysctls`}>
    <table class="sysctls" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">sysctl</th>
          <th role="columnheader" scope="col">${say`your host`}</th>
          <th role="columnheader" scope="col">${say`the peer’s host`}</th>
          <th role="columnheader" scope="col">${say`what it does`}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${specs.map((spec) => sysctlRow(spec, settings, kernel, actions))}
      </tbody>
    </table>
  </div>`;
}

/** Kernel, clock rate and round trip. */
function machineFields(machine: { hz: number; rttMs: number }, kernel: string, actions: SettingsActions): TemplateResult {
  const choice = (event: Event): string => controlOf(event).value;
  return html`<div class="fields">
    <div class="field">
      <label for="kernel">${say`kernel like`}</label
      ><span class="control"
        ><select id="kernel" @change=${(event: Event) => actions.kernel({ kernel: choice(event) })}>
          ${KERNEL_VERSIONS.map((version) => html`<option value=${version} ?selected=${version === kernel}>Linux ${version}</option>`)}
        </select></span
      ><span class="source"></span>
    </div>
    <div class="field">
      <label for="hz">${say`clock rate`}</label
      ><span class="control"
        ><select id="hz" @change=${(event: Event) => actions.kernel({ hz: Number(choice(event)) })}>
          ${[100, 250, 300, 1000].map((hz) => html`<option value=${hz} ?selected=${hz === machine.hz}>${hz} Hz</option>`)}
        </select></span
      ><span class="source">${say`CONFIG_HZ of the kernel’s build`}</span>
    </div>
    <div class="field">
      <label for="rtt">${say`round trip`}</label
      ><span class="control"
        ><input
          id="rtt"
          type="number"
          min="0"
          max="10000"
          step="any"
          .value=${live(String(machine.rttMs))}
          @change=${(event: Event) => {
            if (controlOf(event).value !== '' && controlOf(event).checkValidity())
              actions.kernel({ rttMs: controlOf(event).valueAsNumber });
          }}
        /><span class="unit">ms</span></span
      ><span class="source">${say`time to the peer and back`}</span>
    </div>
  </div>`;
}

/** Kernel, clock, network and sysctls of both hosts. */
export function kernelView(
  settings: KernelSettings,
  machine: { kernel: string; hz: number; rttMs: number },
  actions: SettingsActions,
): TemplateResult {
  const kernel = kernelLike(machine.kernel);
  const known = SYSCTLS.filter((spec) => hasSysctl(spec, kernel));
  const first = known.filter((spec) => FIRST.includes(spec.name));
  const rest = known.filter((spec) => !FIRST.includes(spec.name));
  return html`<details class="settings">
    <summary>
      ${say`Kernel and network`} <span class="quiet">${say`Linux ${machine.kernel}, ${settings.from ?? say`default values`}`}</span>
    </summary>
    ${machineFields(machine, kernel, actions)}
    ${settings.missing.length === 0 ? nothing : html`<p class="quiet">${say`Not found on this machine: ${settings.missing.join(', ')}`}</p>`}
    ${sysctlTable(first, settings, kernel, actions)}
    <details>
      <summary>${say`All others (${rest.length})`}</summary>
      ${sysctlTable(rest, settings, kernel, actions)}
    </details>
    <p class="parameter">
      <label for="by-name">${say`Another one, for both hosts`}</label
      ><input
        id="by-name"
        type="text"
        size="30"
        placeholder="net.ipv4.NAME=VALUE"
        aria-invalid=${invalid('by-name', actions.refused)}
        @change=${(event: Event) => {
          if (controlOf(event).value.trim() !== '') actions.byName(controlOf(event).value);
        }}
      />
    </p>
    ${refusal('by-name', actions.refused)}
    <p>
      <button @click=${actions.machine}>${say`Use this machine’s kernel settings`}</button>
      <button @click=${actions.defaults}>${say`Use the kernel’s defaults`}</button>
    </p>
  </details>`;
}
