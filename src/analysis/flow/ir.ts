/**
 * The neutral intermediate representation: one structured, plain-data tree per function. A language file is a pure
 * function from the syntax tree to a `FileIr`; everything behind it (`cfg.ts`, `explore.ts`, rules) knows no language.
 *
 * Simplifications, so that each clean-up idiom is written once:
 * - `with`, `using`, RAII, cleanup attributes, Drop become `try` with `finally`; Go's `defer` is `defer`.
 * - expressions are flattened: every call is a statement of its own whose results land in places; nested values go
 *   through temporaries (`%1`, `%2`, … unique within the function). `a if c else b`, `x or y` become `if` statements
 *   that assign a temporary; only tests of `if`, loops and `switch` keep their short circuit (`Test`).
 * - every statement keeps the range of the source it stands for: findings, paths and steps point there.
 */

/** Lines and columns count from 1, columns in UTF-16 units, the end column is one past the last. */
export interface Span {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

/**
 * Where a value lives: a dotted path. The root is a variable (`conn`), a temporary (`%3`), the receiver (written as the
 * source writes it: `self`, `this`, `s`) or, with a star, what a pointer points to (`*out`). Then fields:
 * `self.sock`, `resp.Body`, `server->fd` is `server.fd`, `(*p).fd` too. An element with a constant or unknown index is
 * `xs[]`: such places are containers, what is stored there is gone elsewhere. Two variables of one function that share
 * a name but not a scope must get different roots (`conn`, `conn#2`).
 */
export type Place = string;

/** A value that a statement reads. */
export type Operand =
  | { kind: 'place'; place: Place; range?: Span }
  /** Literals. `null` is None, nil, NULL, nullptr. Bytes and text alike are strings. */
  | { kind: 'const'; value: string | number | boolean | null; range?: Span }
  /** A name of a library, resolved through imports: `socket.SO_KEEPALIVE`, `io.EOF`, `SO_LINGER` (C), `syscall.SOL_SOCKET`. */
  | { kind: 'name'; name: string; /** A number, of which not even that is known. */ maybeZero?: boolean; range?: Span }
  /** A function or lambda of this file, by its `FunctionIr.id`; `receiver` for a bound method (`self.run`). */
  | { kind: 'function'; id: string; receiver?: Place; range?: Span }
  /** Several values: a tuple, an argument list literal, `struct.pack('ii', 1, 0)`. Assigning it to places takes it apart. */
  | { kind: 'tuple'; items: Operand[]; range?: Span }
  /** A record with named fields: a struct literal, keyword options, `net.Dialer{Timeout: …}`. `type` as resolved through imports. */
  | { kind: 'record'; type: string | null; fields: Record<string, Operand>; range?: Span }
  /**
   * Derived from another value in a way that tests can be followed through:
   * `length`: its length; `like`: empty exactly when the other is empty (decode, strip, a cast, a conversion);
   * `part`: empty when the other is empty, perhaps also when not (strip, a slice);
   * `joined`: at least as long as the other (`buf + data`); `address`: a pointer to it (`&x`).
   */
  | { kind: 'derived'; how: 'length' | 'like' | 'part' | 'joined' | 'address'; of: Operand; range?: Span }
  /** Anything computed. `uses` are the places read by it, and only read: where the value may keep hold of one, use `tuple` or
   *  an `escape`. Arithmetic of constants should be folded to `const` instead. */
  | { kind: 'opaque'; uses: Place[]; range?: Span };

/**
 * A condition, with short circuit as data. `before` holds the statements (calls!) that are evaluated right before this
 * leaf, so that a call on the right of `||` happens only when it is reached.
 */
export type Test =
  | { test: 'and' | 'or'; left: Test; right: Test }
  | { test: 'not'; of: Test }
  /** `op` on two values. `is None`, `== nil`, `== NULL` are `==` with a `null` constant. */
  | { test: 'compare'; op: '==' | '!=' | '<' | '<=' | '>' | '>='; left: Operand; right: Operand; before?: Stmt[]; range: Span }
  /** The value as the language takes it for true or false (`if conn`, `if (fd)`, `if !ok`). */
  | { test: 'truth'; value: Operand; before?: Stmt[]; range: Span }
  /**
   * Not understood. Two opaque tests of one function with the same `text` go the same way until one of `uses` is
   * assigned; give `null` where that would be wrong (the test calls something, or reads what others change).
   */
  | { test: 'opaque'; text: string | null; uses: Place[]; before?: Stmt[]; range: Span }
  | { test: 'always' }
  | { test: 'never' };

export interface Arg {
  value: Operand;
  /** Name of a keyword argument, without it positional. */
  name?: string;
  /** `*args`, `xs...`: stands for unknown many. */
  spread?: boolean;
}

/** What is called. */
export type Callee =
  /**
   * A function or class of a library, resolved through imports: `socket.create_connection`, `net.Dial`, `recv` (C); `written`: as the
   * source has it, where that looks different (`TcpStream::connect`).
   */
  | { kind: 'api'; name: string; written?: string }
  /**
   * A method. The engine knows what `receiver` holds (a tracked connection, an object of a class of the file); `type`
   * is its static type where the language knows it, resolved through imports (`net.Conn`, `*tls.Config` as `tls.Config`).
   */
  | {
      kind: 'method';
      receiver: Place;
      name: string;
      type?: string;
      /** Looked up from this class on (`super()`). */
      in?: string;
      /** What the source calls the receiver, where it was copied to a temporary. */
      written?: Place;
    }
  /** A function of this file by id. For a method of `self` or of a variable with known class use `method`, the engine resolves it. */
  | { kind: 'local'; id: string }
  /** Makes an object of a class of this file: runs its constructor, if it has one; the result is the object. */
  | { kind: 'new'; className: string }
  /** A function value: a parameter, a field, a variable, a result. Followed where it is known, else unknown. */
  | { kind: 'value'; place: Place };

export interface CallStmt {
  do: 'call';
  callee: Callee;
  args: Arg[];
  /**
   * Where the results go, one place per result (Go); one place for all in languages with one result (use an `assign`
   * to take a tuple apart: `conn, addr = l.accept()` is call → `%1`, then `%1` → conn, addr by `elements`). Null: dropped.
   */
  results: (Place | null)[];
  /** Where nothing is known of the callee: the library's call that it stands for, by its name (`set_nonblock(fd)`). */
  like?: { name: string; args: Arg[] };
  /** Gives the same for the same values, and changes nothing (`url.startswith('tls')`, `strcmp(a, b)`). */
  pure?: boolean;
  /** It settles what somebody waits for: a promise, or a callback that gets an error. */
  answers?: boolean;
  /** `await`: cancellation can strike here. `spawn`: `go f(x)`, runs elsewhere; it owns what it is given. */
  mode: 'plain' | 'await' | 'spawn';
  /** It stands for code of somebody else that runs here, and fails as code does: the body of a `with` that a generator manages. */
  hosts?: boolean;
  /** Seconds after which what stands around the call ends it (`wait_for`, `timeout()`, a context); null when unknown. */
  limit?: Operand | null;
  /**
   * Where no library knows it: it cannot fail and touches nothing we care about (len, print, logging): no exception edge, escapes nothing.
   */
  harmless?: boolean;
  /** Harmless, but what it gets is kept. */
  keeps?: boolean;
  /** It gives a loop the next of what a variable holds. */
  next?: boolean;
  /** The type that its result is cast to, where that stands around it (`(SocketChannel) key.channel()`). */
  cast?: string;
  /** An argument by which somebody else can end it (a token of cancellation). */
  cancellable?: boolean;
  /** The whole call expression. */
  range: Span;
}

export type Stmt =
  | CallStmt
  /** `to` gets the value. Assigning a `tuple` operand, or a place with `elements`, use one `assign` per part. */
  | { do: 'assign'; to: Place; from: Operand; range: Span }
  /** Takes the value in `from` apart, in order: `conn, addr = %1`. Null skips one. The engine knows what element 0 of an accept is. */
  | { do: 'unpack'; to: (Place | null)[]; from: Place; range: Span }
  | { do: 'if'; test: Test; then: Stmt[]; else: Stmt[]; range: Span }
  /**
   * Any loop. `test` is evaluated before each round (after it with `testAtEnd`); `always` for an endless one. `step` runs
   * after each round, also after `continue`. `orElse` runs when the test ends it (Python's `else`). Loops over a
   * collection: an opaque test with `text: null` and an `assign` of an opaque value to the variable at the body's start.
   * `atLeastOnce`: the first round surely happens (`range(3)`, a literal).
   */
  | {
      do: 'loop';
      test: Test;
      testAtEnd?: boolean;
      atLeastOnce?: boolean;
      body: Stmt[];
      step?: Stmt[];
      orElse?: Stmt[];
      label?: string;
      range: Span;
    }
  /**
   * Branches tried in order; `tests: null` is the default (wherever it stands). `break` inside leaves it unless
   * `transparent` (Python's match, Rust). `fallsThrough`: goes on into the next body (C).
   */
  | {
      do: 'switch';
      cases: { tests: Test[] | null; body: Stmt[]; fallsThrough?: boolean; range: Span }[];
      transparent?: boolean;
      label?: string;
      range: Span;
    }
  /**
   * `catches`: names of exception types as resolved through imports, `null` for "everything there is".
   * `finally` runs on every way out. `orElse` runs after the body, not guarded by the handlers.
   */
  | { do: 'try'; body: Stmt[]; handlers: Handler[]; orElse?: Stmt[]; finally?: Stmt[]; range: Span }
  /**
   * Runs `body` at the function's exit, last registered first, only if this statement was reached. Values that the
   * language evaluates now (receiver, arguments of `defer conn.Close()`) must be copied to temporaries before it; a
   * deferred function literal is inlined into `body` and reads its variables at exit (wrap it in a `block` and turn its
   * `return` into a `break` of that label). `rounds`: it stands in a loop, and each round adds one.
   */
  | { do: 'defer'; body: Stmt[]; rounds?: 'few' | 'many' | 'endless'; range: Span }
  /** A labelled block that `break` with its label leaves: inlined closures, `do { } while (0)` macros, Java's labels. */
  | { do: 'block'; label?: string; body: Stmt[]; range: Span }
  /**
   * `values`: as many as the function returns. `failure`: this return tells the caller that something went wrong
   * (`return err` with err non-nil, `return -1`, `return None` does not count by itself): true, or the test that says so.
   */
  | { do: 'return'; values: Operand[]; failure?: boolean | Test; range: Span }
  /** `type` as resolved through imports; null when unknown. A bare re-raise inside a handler has `rethrow`. */
  | { do: 'throw'; type: string | null; uses: Place[]; rethrow?: boolean; range: Span }
  | { do: 'break' | 'continue'; label?: string; range: Span }
  | { do: 'goto'; label: string; range: Span }
  | { do: 'label'; label: string; range: Span }
  /** The process ends here without running anything further (`os._exit`, `exit()` in C, `log.Fatal`). */
  | { do: 'exit'; range: Span }
  /**
   * These places now also live where the analysis cannot follow: stored
   * in a global, a container, captured by reference, sent on a channel.
   */
  | { do: 'escape'; places: Place[]; why: string; range: Span; /** Not if these functions give new objects. */ unlessNew?: Operand[] }
  /** Control leaves and comes back (generator): the value goes out like an escape; the generator may be closed here. */
  | { do: 'yield'; values: Operand[]; range: Span }
  /** The variable's scope ends here (RAII, Drop, block scope that matters); for languages where leaving a scope closes. */
  | { do: 'drop'; place: Place; range: Span };

export interface Handler {
  catches: string[] | null;
  bind?: Place;
  body: Stmt[];
  range: Span;
}

export interface Param {
  name: Place;
  /** Declared type, resolved through imports where the language can: `net.Conn`, `int`, null if none. */
  type: string | null;
  /** Declared as `*args`/`**kwargs`/variadic. */
  variadic?: boolean;
  /** The caller's variable itself: the function knows it as what the parameter points to (`*x`). */
  byReference?: boolean;
  hasDefault?: boolean;
  /** The default, when it is a literal or a library name. */
  default?: Operand;
}

export interface FunctionIr {
  /** Unique within the file: `Client.connect`, `main`, `main/lambda@12:5`; the module level is `<module>`. Within a program of
   *  several files they begin with the file's path. */
  id: string;
  /** The file that it stands in, where the program has several. */
  file?: string;
  /** For people: `connect`, `lambda`, `module`. */
  name: string;
  kind: 'function' | 'method' | 'constructor' | 'lambda' | 'module';
  className: string | null;
  /** The receiver's name (`self`, Go's `c` in `func (c *Client)`), null for functions and static methods. */
  receiver: Place | null;
  params: Param[];
  isAsync: boolean;
  isGenerator: boolean;
  body: Stmt[];
  /**
   * Roots of the places that live in this function only (locals without the parameters; temporaries need not be
   * listed). Every other root belongs to an enclosing function (`captures`) or is global: what is stored there is gone elsewhere.
   */
  locals: Place[];
  /** Roots that belong to an enclosing function. */
  captures: Place[];
  /** Only there to be overridden: a call of it runs something else. */
  isAbstract?: boolean;
  /** Only its class can call it. */
  isPrivate?: boolean;
  /** The preprocessor chooses between it and one before it of the same name. */
  isAlternative?: boolean;
  /** Nobody wrote it: it follows from what its class declares. */
  isImplicit?: boolean;
  /** Only called from outside, by a framework: its parameters come from nowhere we see. */
  decorated?: boolean;
  /** Part of a test: the process ends soon after, what it leaves open is not worth a word. */
  isTest?: boolean;
  /** It runs when its object goes, whoever lets go of that. */
  atEndOfObject?: boolean;
  /** Result is a pair (value, error) or the like: which result is the error (Go). */
  errorResult?: number;
  /** Static types of locals where declared or evident (`var d net.Dialer`, `d := net.Dialer{}`): resolved names. */
  types?: Record<Place, string>;
  /** From the first to the last character, for "the function around this line". */
  range: Span;
  /** The function's name in the source. */
  nameRange: Span;
  /** It gives an object that nobody else knows, or none. */
  givesNew?: boolean;
  /** The source of this function has syntax errors: what is said about it is weaker. */
  broken?: boolean;
}

export interface ClassIr {
  name: string;
  /** Bases as resolved through imports, or the names of classes of this file. */
  bases: string[];
  /** Those of the bases that have no fields: nothing there closes one. */
  interfaces?: string[];
  /** Method name → function id; of several of one name `name/N:types` with the number (`*`: any) and types of what each takes. */
  methods: Record<string, string>;
  /** Something closes its objects' connections when they are dropped (`__del__`, destructor, Drop). */
  hasDestructor: boolean;
  /** Whatever has its methods (those of `results`) is of this type, without a word of it. */
  isStructural?: true;
  /** Its bases are fields of it, each named by the last part of its type's name, whose methods are its own. */
  embeds?: true;
  /** Only methods that stand apart from the class: its declaration is in another file. */
  isPart?: boolean;
  /** Fields that the class itself sets to a literal (`timeout = 30` in a Python class body). */
  constants?: Record<string, string | number | boolean | null>;
  /** Declared types of fields where the language has them. */
  fields?: Record<string, string>;
  /**
   * Declared types of the results of what has no body here: an interface's
   * methods, fields that hold functions; `''` for a type of functions.
   */
  results?: Record<string, readonly string[]>;
  range: Span;
}

export interface CommentIr {
  /** Without the comment marks. */
  text: string;
  range: Span;
}

/** What lowering one function gives: the function itself is the last, before it those that stand inside it. */
export interface Lowered {
  functions: FunctionIr[];
  /** Classes that are declared inside it. */
  classes: ClassIr[];
}

/** A function as the outline of its file shows it. */
export interface FunctionDecl extends Pick<FunctionIr, 'id' | 'name' | 'kind' | 'className' | 'range' | 'nameRange'> {
  /** The class that it belongs to without an object of it. */
  owner?: string;
  /** Declared types of its results, where the language has them; `?` for one that is not known. */
  results?: readonly string[];
  /** How many parameters it has, where a name alone does not tell which function is meant. */
  takes?: number;
  /** Names of what it runs without its text saying so: constructors of members. */
  unsaid?: readonly string[];
  /** Offsets of its text in the source; the module's own code has the whole file's. */
  start: number;
  end: number;
  /** Reads the body. Pure: the same each time. */
  lower(): Lowered;
}

/** The outline of a file: what it declares. Bodies are lowered when somebody asks. */
export interface FileIr {
  functions: FunctionDecl[];
  classes: ClassIr[];
  /** Names of modules, packages or headers that it imports, as a resolver of its language reads them. */
  imports: string[];
  /** What the module's own names stand for that it has from elsewhere: name → dotted name (Python's re-exports). */
  imported?: Record<string, string>;
  /**
   * What others know the module's things by: exported name → a function, class or import of it; `* …` for all that another module exports.
   */
  exported?: Record<string, string>;
  /** Types of the module's variables, where they are declared or evident. */
  globals?: Record<string, string>;
  /** Stretches of the text that stand for a name wherever it is used: the bodies of macros. */
  macros?: { name: string; start: number; end: number }[];
  comments: CommentIr[];
  /** Syntax errors: line and a short text. */
  errors: { line: number; message: string }[];
}
