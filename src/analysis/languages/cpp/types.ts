/** C++ types as names: without templates' arguments, qualifiers and marks; smart pointers as what they point to. */

/** Who frees what a smart pointer points to: it alone, the last of several, nobody. */
type Ownership = 'unique' | 'shared' | 'none';

export interface Shape {
  /** `Foo`, `std.string`, `int`; empty for `auto`. */
  name: string;
  /** Null: a plain value. */
  owns: Ownership | null;
  /** Second argument of `unique_ptr`, as written. */
  deleter: string | null;
}

const owning: Record<string, Ownership> = {
  unique_ptr: 'unique',
  scoped_ptr: 'unique',
  auto_ptr: 'unique',
  QScopedPointer: 'unique',
  ScopedPtr: 'unique',
  shared_ptr: 'shared',
  intrusive_ptr: 'shared',
  QSharedPointer: 'shared',
  RefPtr: 'shared',
  scoped_refptr: 'shared',
  SharedPtr: 'shared',
  weak_ptr: 'none',
  QPointer: 'none',
  not_null: 'none',
  observer_ptr: 'none',
  reference_wrapper: 'none',
};

/** Wrappers that hold the value itself. */
const holding = new Set(['optional', 'atomic']);

/** What a type's text says, aliases looked through by `alias`. */
export function shapeOf(text: string, alias: (name: string) => string | undefined = () => undefined): Shape {
  return shape(text, alias, 0);
}

function shape(text: string, alias: (name: string) => string | undefined, depth: number): Shape {
  const plain = plainOf(text);
  const parts = /^([^<]*)(?:<([^]*)>)?$/.exec(plain);
  const outer = (parts?.[1] ?? plain).trim();
  const last = lastOf(outer);
  const args = parts?.[2] === undefined ? [] : splitArguments(parts[2]);
  const owns = owning[last];
  if (owns && args[0] !== undefined) return { name: shape(args[0], alias, depth + 1).name, owns, deleter: args[1] ?? null };
  if (holding.has(last) && args[0] !== undefined) return shape(args[0], alias, depth + 1);
  const meant = depth < 4 && outer !== '' ? alias(last) : undefined;
  if (meant !== undefined && plainOf(meant) !== plain) return shape(meant, alias, depth + 1);
  return { name: plain === 'auto' || plain.startsWith('decltype') ? '' : dotted(outer), owns: null, deleter: null };
}

/** Without `const`, `typename`, `struct` and marks of pointers. */
function plainOf(text: string): string {
  return text
    .replace(/\b(?:const|volatile|constexpr|static|inline|mutable|typename|struct|class|union|enum)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(?<![\s*&])[\s*&]+$/, '')
    .trim();
}

/** `a::b<int>::c` as `a.b.c`. */
export function dotted(text: string): string {
  let plain = text;
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replace(/<[^<>]*>/g, '');
  }
  return plain
    .split('::')
    .map((part) => part.trim())
    .join('.')
    .replace(/^\./, '')
    .replace(/^(?:typename|template)\s+/, '')
    .trim();
}

export function lastOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
}

function splitArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === '<' || c === '(') depth += 1;
    if (c === '>' || c === ')') depth -= 1;
    if (c === ',' && depth === 0) {
      found.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  found.push(text.slice(from).trim());
  return found.filter((part) => part !== '');
}

const numbers =
  /^(?:(?:unsigned|signed|long|short|int|char|bool|float|double|void|size_t|ssize_t|off_t|wchar_t|__int64|SOCKET|HANDLE|DWORD|WORD|BYTE|UINT|BOOL|in_addr_t)\b ?)+$|^(?:std\.)?(?:u?int\d+_t|u?intptr_t|ssize_t|size_t|ptrdiff_t|errc)$|^\w*(?:sock|socket|fd|pid|port|time|handle)_(?:t|type)$/;

/** Is it a number, so that a reference to it stands for a variable of the caller? */
export function isNumber(name: string): boolean {
  return numbers.test(name);
}

/** C's structs and the standard library's values: nothing that is made or dropped with them is worth a call. */
const plainValues =
  /^(?:sockaddr\w*|timeval|timespec|pollfd|epoll_event|fd_set|addrinfo|hostent|in6?_addr|linger|sigaction|sigset_t|msghdr|iovec|termios|stat|rlimit|tm|ifreq|ucred|WSADATA|WSABUF|\w+_t|ip_mreqn?|servent|FILE|DIR|va_list)$/;
const standardHolders = /^(?:std|boost)\.(?:thread|jthread)$/;

/** Does it run what it is made with? */
export function isThread(name: string): boolean {
  return standardHolders.test(name);
}

/** May a variable of this type hold a connection, and let it go when it goes? */
export function isObject(name: string): boolean {
  if (name === '' || isNumber(name) || plainValues.test(name)) return false;
  return !name.startsWith('std.') || standardHolders.test(name);
}
