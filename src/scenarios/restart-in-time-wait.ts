/** Our server ends while a connection is open and is started again: may it bind its port? */

import type { SocketOptions, Step } from '../kernel/experiment.js';
import type { Trace } from '../kernel/trace.js';
import { answerOf, yours, timesAfterEvent } from './answer.js';
import { describeTime } from './describe-time.js';
import { OURS, OURS_RESTARTED, ourProgram } from './our-program.js';
import { PEER_CONN } from './peer.js';
import { takes } from './profile.js';
import type { ConnectionProfile } from './profile.js';
import type { Answer, Scenario } from './scenario.js';
import { numberOf, textOf } from './scenario.js';
import { finish, meet, sceneOf } from './stage.js';
import { lineOf } from './user-words.js';
import { say } from '../words/say.js';

const secondListen = (trace: Trace): Trace['calls'][number] | undefined =>
  trace.calls.find((c) => c.program === OURS_RESTARTED && c.call === 'listen');

/** When the last connection of the first run has left our kernel's tables. */
function portFree(trace: Trace): number | null {
  const gone = trace.states.filter((s) => s.side === 'A' && !s.sock.endsWith('-0') && s.state === 'GONE');
  return gone.at(-1)?.t ?? null;
}

function withReuse(profile: ConnectionProfile, wanted: string): ConnectionProfile {
  return wanted === 'code' ? profile : { ...profile, reuseAddr: wanted === 'yes' };
}

/** A server whose accept stands elsewhere takes the connection before whatever its path ends with: else none is left on the port. */
function accepting(profile: ConnectionProfile): ConnectionProfile {
  const after = profile.steps.findIndex((s) => s.do === 'listen') + 1;
  return { ...profile, steps: [...profile.steps.slice(0, after), { do: 'accept', line: 0 }, ...profile.steps.slice(after)] };
}

export const scenario: Scenario = {
  id: 'restart-in-time-wait',
  title: 'Restarting a server in TIME_WAIT',
  question: 'My server ends and is started again. Can it have its port back?',
  parameters: [
    { name: 'restartAfter', title: 'It is started again after', default: 1, unit: 's', min: 0.1, max: 86_400 },
    {
      name: 'reuseAddr',
      title: 'SO_REUSEADDR on the listening socket',
      default: 'code',
      unit: '',
      choices: [
        { value: 'code', title: 'as in the code' },
        { value: 'yes', title: 'set' },
        { value: 'no', title: 'not set' },
      ],
    },
  ],
  roles: ['accepted', 'listener'],
  experiment(given, parameters, machine) {
    const profile = withReuse(given, textOf(parameters, 'reuseAddr'));
    const path = takes(profile.steps, 'accept') || profile.role === 'accepted' ? profile : accepting(profile);
    const scene = sceneOf(
      'restart-in-time-wait',
      'The ended server leaves a connection in TIME_WAIT on its port.',
      machine,
      ourProgram(path),
    );
    const { event } = meet(path, scene, 'waiting');
    scene.peer.push({ do: 'recvUntilEof', on: PEER_CONN }, { do: 'close', on: PEER_CONN });
    scene.faults = [{ at: event, fault: 'kill', program: OURS }];
    const listen = scene.ours.body.find((s) => s.profile.do === 'listen')?.steps[0];
    if (listen?.do === 'listen')
      scene.others = [{ name: OURS_RESTARTED, host: 'A', steps: again(listen, event + numberOf(parameters, 'restartAfter')) }];
    return finish(scene);
  },
  answer(runs, profile): Answer {
    const shown = runs[0];
    const base = answerOf(runs, profile, { after: say`after the server ended` });
    const row = shown && secondListen(shown);
    if (!shown || !row) return base;
    const line = lineOf(profile, { line: row.line, failed: 'bind' }) ?? null;
    const bind = line === null ? say`The listener's bind()` : yours('bind', line);
    const reuse = (optionsOfListen(shown)['SO_REUSEADDR'] ?? 0) === 1;
    const free = timesAfterEvent(runs, portFree);
    const times = row.errno === null ? timesAfterEvent(runs, (r) => secondListen(r)?.end ?? null) : free;
    return {
      ...base,
      ...times,
      errno: row.errno,
      call: row.failed ?? 'listen',
      line: row.failed === 'bind' ? line : (row.line ?? null),
      state: null,
      leak: null,
      what: row.errno ?? 'works',
      brief:
        row.errno === null
          ? say`A restarted server gets its port at once.`
          : say`A restarted server gets ${row.errno} until its old connections are gone, ${describeTime(free.earliest, free.latest)} after the old process.`,
      sees:
        row.errno === null
          ? say`${bind} works at once in the new process.`
          : say`${row.failed === 'bind' ? bind : yours(row.failed ?? 'listen', row.line ?? null)} fails with ${row.errno} in the new process; the port is free again ${describeTime(free.earliest, free.latest)} after the old one ended.`,
      decides: reuse
        ? say`Both the old and the new listening socket have SO_REUSEADDR, so a connection that is left on the port does not count.`
        : say`The ended server sent the first FIN, so its connection stays on the port in TIME_WAIT; without SO_REUSEADDR on both the old and the new listening socket bind() refuses it.`,
      change: reuse
        ? say`Without SO_REUSEADDR bind() would fail until TIME_WAIT is over.`
        : say`SO_REUSEADDR before bind(), in every version of the server: the old one needs it too.`,
    };
  },
};

/** The new process binds the same port with the same options, then lives. */
function again(listen: Step & { do: 'listen' }, at: number): Step[] {
  return [{ ...listen, at }, { do: 'hold' }];
}

function optionsOfListen(trace: Trace): SocketOptions {
  const step = trace.experiment.programs.find((p) => p.name === OURS_RESTARTED)?.steps[0];
  return step?.do === 'listen' ? (step.options ?? {}) : {};
}
