/** Questions to text and memory: the same one twice has the same answer, unless what was asked has been written to in between. */

import type { Arg, Callee, Place } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { isPlain } from '../../../flow/places.js';

const questions = /\b(str(n?case)?n?cmp|strr?chr|strstr|strn?len|memcmp|isdigit|isalpha|isspace)\b/;
const wholeName = new RegExp(`^${questions.source}$`);

/** The same arguments give the same answer, and nothing is changed. */
export function asksText(callee: Callee): boolean {
  return callee.kind === 'api' && wholeName.test(callee.name);
}

/** Does this function ask such questions at all? Only then what is written to must be seen. */
export function hasQuestions(body: SyntaxNode): boolean {
  return questions.test(body.text);
}

/** What a name may be declared as. */
interface Declaration {
  is: string;
  type?: string;
  pointers?: number;
  isArray?: boolean;
}

/** Calls of the C library that write to what an argument points to. */
const writers =
  /^(recv|recvfrom|recvmsg|readv?|pread|fread|f?gets|getline|getdelim|str[nl]?(cpy|cat)|v?sn?printf|mem(cpy|move|set)|bzero|[fs]?scanf|SSL_read|BIO_read|tolower|toupper|strtok(_r)?|inet_ntop|getnameinfo|getsockname|getpeername)$/;

/** Of the arguments those whose text the call may have changed: all of a writer's, arrays of anyone else. */
export function writtenBy(callee: Callee, args: readonly Arg[], lookup: (name: string) => Declaration | null): Place[] {
  if (asksText(callee)) return [];
  const writes = callee.kind === 'api' && writers.test(callee.name);
  return args.flatMap(({ value }) => {
    if (value.kind !== 'place' || !isPlain(value.place)) return [];
    const meaning = lookup(value.place);
    const isArray = meaning?.isArray === true && /char|int8/.test(meaning.type ?? '');
    return isArray || (writes && (meaning?.pointers ?? 0) > 0) ? [`*${value.place}`] : [];
  });
}
