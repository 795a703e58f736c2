/** Words by which a number is taken for a port, or not. */

/** Calls that give a socket its address. */
export const ADDRESSING =
  /^(?:bind|connect|connect_ex|listen|Listen|ListenTCP|Dial|DialTCP|ResolveTCPAddr|dial|DialTimeout|DialContext|createConnection|create_connection|serve|start_server|create_server|open_connection|ListenAndServe|ListenAndServeTLS|Serve|HTTPServer|ThreadingHTTPServer|TCPServer|ThreadingTCPServer|InetSocketAddress|ServerSocket|Socket)$/;
/** Names that hold a port, or an address with one, whole words of camelCase and snake_case. */
export const PORTISH =
  /(?:^|_|(?<=[a-z]))(?:[Pp]orts?|[Aa]ddr(?:s|ess)?|[Ee]ndpoint|[Uu]rl|[Uu]ri|[Dd]sn|[Bb]ind|[Hh]ostport|[Ll]isten|PORTS?|ADDR(?:S|ESS)?|ENDPOINT|UR[LI]|DSN|BIND|HOSTPORT|LISTEN)(?![a-z])/;
/** Words of names whose numbers are none. */
const NO_PORT =
  /^(?:time.*|.*timeout|.*size|length|.{0,4}len|.{0,2}count|max.*|min|mins|minutes|minimum|num.*|retr(?:y|ies)|.*backlog|buf.*|bytes|delay.*|interval.*|limit.*|sleep.*|secs?|seconds?|milli.*|ms|version|status|code|mode|keep.*|family|type)$/;

/** Do numbers of that name say something else than a port? */
export function isNoPort(name: string): boolean {
  if (PORTISH.test(name)) return false;
  return name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).some((word) => NO_PORT.test(word.toLowerCase()));
}

export const KEYWORDS = new Set([
  'if',
  'else',
  'for',
  'while',
  'return',
  'new',
  'await',
  'const',
  'let',
  'var',
  'int',
  'struct',
  'def',
  'func',
  'function',
  'async',
  'self',
  'this',
  'None',
  'nil',
  'null',
  'True',
  'False',
  'true',
  'false',
  'sizeof',
  'str',
  'err',
  'static',
  'final',
  'in',
  'is',
  'not',
  'and',
  'or',
  'lambda',
  'try',
  'except',
  'with',
  'as',
  'from',
  'import',
  'socket',
  'net',
  'os',
  'fmt',
]);
/** Constants of the socket API itself. */
export const API_CONSTANT = /^(?:AF|PF|SOCK|IPPROTO|SOL|SO|TCP|INADDR|MSG)_/;
