import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { mismatch, type SettingSchema } from '../../src/app/configuration.js';
import { readSettings } from '../../src/editor/settings.js';

interface Manifest {
  contributes: { configuration: { properties: Record<string, SettingSchema> } };
}

const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
const schemas = contributes.configuration.properties;
const read = (values: Record<string, unknown>): ReturnType<typeof readSettings> => readSettings((name) => values[name], schemas);

describe('settings', () => {
  it('have defaults that fit their own schema and give no problem', () => {
    for (const [name, schema] of Object.entries(schemas)) assert.equal(mismatch(schema.default, schema), null, name);
    assert.deepEqual(read({}).problems, []);
  });

  it('that do not fit are named, with the default in their place', () => {
    const wrong: [string, unknown, RegExp][] = [
      ['enable', 'yes', /^closewait\.enable: "yes" is not of type boolean; using true$/],
      ['run', 'sometimes', /^closewait\.run: "sometimes" is not one of onType, onSave, manual; using "onType"$/],
      ['kernel.version', '2.4', /^closewait\.kernel\.version: /],
      ['slowKeepaliveSeconds', 0, /^closewait\.slowKeepaliveSeconds: 0 is not between 1 and 86400; using 350$/],
      ['severity', { 'missing-close': 'loud' }, /^closewait\.severity: "missing-close": "loud" is not one of /],
      ['severity', { 'no-such-rule': 'off' }, /^closewait\.severity: there is no "no-such-rule"; using {}$/],
      [
        'sysctls',
        { 'net.ipv4.tcp_retries2': true },
        /^closewait\.sysctls: "net\.ipv4\.tcp_retries2": true is not of type number or string/,
      ],
      ['sysctls', [], /^closewait\.sysctls: \[\] is not of type object/],
    ];
    for (const [name, value, problem] of wrong) {
      const { settings, problems } = read({ [name]: value });
      assert.equal(problems.length, 1, name);
      assert.match(problems[0] ?? '', problem);
      assert.deepEqual(settings, read({}).settings, name);
    }
  });

  it('keep the sysctls that the kernel takes and name those that it refuses', () => {
    const { settings, problems } = read({
      sysctls: { 'net.ipv4.tcp_retries2': 5, 'net.ipv4.tcp_retries3': 5, 'net.ipv4.tcp_syn_retries': 1000 },
    });
    assert.deepEqual(settings.check.machine.sysctls, { A: { 'net.ipv4.tcp_retries2': 5 }, B: { 'net.ipv4.tcp_retries2': 5 } });
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /tcp_retries3.*nearest name is net\.ipv4\.tcp_retries[12]/);
    assert.match(problems.join('\n'), /tcp_syn_retries = 1000/);
  });
});
