/** What is known of calls by their declarations or names alone. */

import type { Role } from '../../scenarios/profile.js';

import type { CallFact } from './facts.js';

/**
 * A call of which only the declaration is known (a method of an interface, a function in a field or a parameter): what its
 * results' types and its name say. The type of the first result, an error as the last one, and a word of the name.
 */
export interface DeclaredFact {
  type: string;
  /** One of these is among the words of the name (`dialContext` has `dial` and `context`); without, any name will do. */
  words?: readonly string[];
  /** Nothing else is given: what fails is thrown. */
  alone?: boolean;
  fact: CallFact;
}

/**
 * A function of a package that no library knows, by the first and the last word of its name (`NewFrameReader`): what such a name promises.
 * Without a first word, any other words before the last (`safe_setsockopt`).
 */
export interface NamedFact {
  first?: string;
  last: readonly string[];
  fact: CallFact;
}

/**
 * What is opened out of sight and closed by hand: nothing but names and the function's own closes say that it is a connection
 * and whose it is.
 */
export interface ByHandFact {
  /** One of these is among the words of the variable's name. */
  holders: readonly string[];
  /** One of these is among the words of the name of what gives it. */
  givers: readonly string[];
  /** Methods that close it. */
  closes: readonly string[];
  /** The call that gives it, by the variables that its results get; null where it cannot be one. */
  fact(results: readonly (string | null)[]): CallFact | null;
}

/** Calls out of sight that run what they are given. */
export interface RunnersFact {
  /** One of these is among the words of the call's name. */
  words: readonly string[];
  /** Where an object is given: which of its methods is run. */
  methods: readonly string[];
}

/** Functions that are there to end a connection which they got from somewhere, as their names and its declared type say. */
export interface EndsFact {
  /** One of these is among the words of the function's name. */
  words: readonly string[];
  types: readonly string[];
}

/** A connection that a function gets by a parameter. */
export interface GivenFact {
  param: number;
  type: string;
  role: Role;
  owns: boolean;
  /** This parameter tells of a failure: there is no connection then. */
  unless?: number;
  /** Others are told of it, too. */
  heard?: boolean;
  /** The type of the listener that accepted it, where the call does not open that for the code. */
  listener?: string;
}
