/** What the engine must know of a language beyond its programs. */

export interface Traits {
  /** A call of something unknown may raise. */
  callsMayThrow: boolean;
  /** What a method that is called on nothing raises; absent where nobody can say. */
  callOnNull?: string;
  /** Exceptions by which a function says that it was called wrongly: hardly any program is. */
  mistakes?: readonly string[];
  /** Handlers for these types catch almost everything. */
  catchAll: readonly string[];
  /** What an `await` raises when its task is cancelled; null without. */
  cancellation: string | null;
  /** Who is given an object calls its methods: its fields are the affair of its class, and of what is seen to name them. */
  ownFields?: boolean;
  /** Objects without a name are destroyed with the statement that made them. */
  destroysTemporaries?: boolean;
}
