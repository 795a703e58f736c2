/** Go programs are built as tests of their package: TestMain calls the function with arguments made by their types. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from './execute.js';

interface Signature {
  receiver: string | null;
  parameters: { name: string; type: string }[];
  results: number;
}

export function prepareGo(text: string, name: string, fn: string, dir: string): Prepared {
  const outer = fn.split('.')[0] ?? fn;
  const signature = signatureOf(text, outer);
  if (signature === null) return { reason: `no single function ${outer}` };
  const values = signature.parameters.map(({ name: parameter, type }) => valueOf(text, parameter, type));
  const missing = signature.parameters.find((_, index) => values[index] === null);
  if (missing) return { reason: `no argument of type ${missing.type} can be made` };
  const receiver = signature.receiver === null ? '' : `${literal(signature.receiver)}.`;
  const results = Array.from({ length: signature.results }, (_, index) => `r${index}`);
  const call = `${receiver}${outer}(${values.join(', ')})`;
  const body =
    results.length === 0 ? `${call}\n\tsaid = "returns"` : `${results.join(', ')} := ${call}\n\tsaid = tell(${results.join(', ')})`;
  const package_ = /^package (\w+)/m.exec(text)?.[1] ?? 'p';
  // A function without a body stands for one that is elsewhere.
  const whole = text.replace(/^(func \w+\([^\n]*\)) ([\w.*]+)$/gm, '$1 (result $2) { return }');
  writeFileSync(path.join(dir, path.basename(name)), whole);
  writeFileSync(path.join(dir, 'closewait_driver_test.go'), driver(package_, body));
  writeFileSync(path.join(dir, 'go.mod'), 'module program\n\ngo 1.19\n');
  const built = spawnSync('go', ['test', '-c', '-vet=off', '-o', 'program'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', CGO_ENABLED: '0' },
  });
  return built.status === 0
    ? { command: [path.join(dir, 'program')], cwd: dir }
    : { reason: `does not build: ${firstError(built.stdout + built.stderr)}` };
}

function firstError(text: string): string {
  const line = text.split('\n').find((one) => /:\d+:\d+: |^.*no required module|cannot find/.test(one)) ?? text.split('\n')[0] ?? '';
  // Without the folder.
  const place = (line.split(' ')[0] ?? '').search(/[\w.]+:\d/);
  return line.slice(Math.max(place, 0)).slice(0, 140);
}

function signatureOf(text: string, fn: string): Signature | null {
  const found = [...text.matchAll(new RegExp(`^func (?:\\((?:\\w+ )?(\\*?\\w+)\\) )?${fn}\\(`, 'gm'))];
  const [match] = found;
  if (found.length !== 1 || !match) return null;
  const open = match.index + match[0].length;
  const close = closing(text, open - 1);
  const parameters = typed(split(text.slice(open, close)));
  const rest = (/^(.*)\{$/m.exec(text.slice(close + 1))?.[1] ?? '').trim();
  const results = rest === '' ? 0 : rest.startsWith('(') ? split(rest.slice(1, -1)).length : 1;
  return { receiver: match[1] ?? null, parameters, results };
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && (depth -= 1) === 0) return at;
  }
  return text.length;
}

/** At commas outside parentheses. */
function split(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of list) {
    if ('([{'.includes(char)) depth += 1;
    if (')]}'.includes(char)) depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** `a, b string` gives both their type. */
function typed(parts: readonly string[]): { name: string; type: string }[] {
  let type = '';
  return [...parts]
    .reverse()
    .map((part) => {
      const [name = '', ...rest] = part.split(' ');
      if (rest.length > 0) type = rest.join(' ');
      return { name, type };
    })
    .reverse();
}

/** An expression of a type, null when nobody can make one here. */
function valueOf(text: string, name: string, type: string): string | null {
  const fixed = VALUES[type];
  if (type === 'string') return text_(name);
  if (fixed !== undefined) return fixed;
  if (/^\*?\w+$/.test(type) && new RegExp(`^type ${type.replace('*', '')} struct`, 'm').test(text)) return literal(type);
  if (/^func\(/.test(type) && closing(type, 4) === type.length - 1) return `${type} {}`;
  if (type.startsWith('chan ')) return `make(${type}, 8)`;
  if (type.startsWith('...')) return '';
  return null;
}

function literal(type: string): string {
  return type.startsWith('*') ? `(&${type.slice(1)}{})` : `${type}{}`;
}

function text_(name: string): string {
  if (/^(u|url|link|endpoint)$/i.test(name)) return 'atURL()';
  if (/host/i.test(name)) return '"127.0.0.1"';
  if (/port/i.test(name)) return 'atPort()';
  if (/path/i.test(name)) return '"peer.sock"';
  if (/network/i.test(name)) return '"tcp"';
  return /^(a|b|addr|address|to|target|remote|server|origin)$/i.test(name) ? 'atAddress()' : '"hello"';
}

const VALUES: Record<string, string> = {
  'net.Listener': 'listening()',
  '*net.TCPListener': 'tcpListening()',
  'net.Conn': 'connected()',
  '*net.TCPConn': 'connected().(*net.TCPConn)',
  int: 'flagged()',
  int64: 'int64(flagged())',
  uint: 'uint(flagged())',
  bool: '(flagged() == 1)',
  error: 'nil',
  '[]byte': '[]byte("hello\\n")',
  '[]string': '[]string{atAddress(), atAddress()}',
  'context.Context': 'context.Background()',
  'time.Duration': 'time.Second',
  'io.Reader': 'strings.NewReader("hello\\n")',
  'io.Writer': 'io.Discard',
  '*http.Client': '&http.Client{}',
  'http.ResponseWriter': 'httptest.NewRecorder()',
  '*http.Request': 'requested()',
  'http.Handler': 'http.NotFoundHandler()',
  '*log.Logger': 'log.New(io.Discard, "", 0)',
  '*sync.WaitGroup': '&sync.WaitGroup{}',
  'syscall.Sockaddr': 'socketAddress()',
  '*tls.Config': '&tls.Config{InsecureSkipVerify: true}',
};

function driver(package_: string, body: string): string {
  return TEMPLATE.replace('PACKAGE', package_).replace('BODY', body);
}

const TEMPLATE = `package PACKAGE

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func atPort() string    { return os.Getenv("CLOSEWAIT_PORT") }
func atAddress() string { return "127.0.0.1:" + atPort() }
func atURL() string     { return "http://" + atAddress() + "/" }
func flagged() int      { flagAsked = true; n, _ := strconv.Atoi(os.Getenv("CLOSEWAIT_FLAG")); return n }

var flagAsked bool

type threeCallers struct {
	net.Listener
	given int
}

func (l *threeCallers) Accept() (net.Conn, error) {
	if l.given >= 3 {
		return nil, errors.New("no more callers")
	}
	l.given++
	return l.Listener.Accept()
}

var made []io.Closer

func listening() net.Listener { return &threeCallers{Listener: tcpListening()} }

func tcpListening() *net.TCPListener {
	l, err := net.Listen("tcp", atAddress())
	if err != nil {
		unable(err)
	}
	made = append(made, l)
	l.(*net.TCPListener).SetDeadline(time.Now().Add(time.Second))
	return l.(*net.TCPListener)
}

func connected() net.Conn {
	c, err := net.Dial("tcp", atAddress())
	if err != nil {
		unable(err)
	}
	made = append(made, c)
	return c
}

func requested() *http.Request {
	r, _ := http.NewRequest("GET", atURL(), nil)
	return r
}

func socketAddress() syscall.Sockaddr {
	port, _ := strconv.Atoi(atPort())
	return &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
}

func descriptors() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

func report(what map[string]any) {
	text, _ := json.Marshal(what)
	os.NewFile(3, "report").WriteString("RESULT " + string(text) + "\\n")
	os.Exit(0)
}

func unable(err error) {
	report(map[string]any{"callable": false, "said": "arguments cannot be made: " + err.Error(), "before": 0, "after": 0})
}

// What is handed out is the caller's to close.
func tell(values ...any) string {
	said := "gives"
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			said += " nil"
		case error:
			said += " error(" + v.Error() + ")"
		case string, []byte, int, int64, bool, []string:
			said += fmt.Sprintf(" %q", fmt.Sprint(v))
		default:
			said += fmt.Sprintf(" %T", v)
		}
		if r, ok := v.(*http.Response); ok && r != nil {
			r.Body.Close()
		} else if c, ok := v.(io.Closer); ok {
			func() {
				defer func() { recover() }()
				c.Close()
			}()
		}
	}
	return said
}

func TestMain(m *testing.M) {
	_ = []any{context.Background, tls.Dial, log.Print, strings.NewReader, httptest.NewServer, sync.NewCond, time.Now}
	// The runtime's own descriptors first.
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close()
	}
	before := descriptors()
	said := ""
	func() {
		defer func() {
			if p := recover(); p != nil {
				said = fmt.Sprint("panics: ", p)
			}
		}()
		BODY
	}()
	for i := 0; i < 25; i++ {
		http.DefaultClient.CloseIdleConnections()
		if descriptors() <= before+len(made) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, c := range made {
		c.Close()
	}
	report(map[string]any{"said": said, "before": before, "after": descriptors(), "flagged": flagAsked})
}
`;
