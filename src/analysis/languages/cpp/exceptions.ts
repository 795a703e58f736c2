/** Exception classes by what they derive from: <stdexcept>, <system_error>, <new>; Boost, POCO. */

const logic = ['std.invalid_argument', 'std.domain_error', 'std.length_error', 'std.out_of_range', 'std.future_error'];
const runtime = ['std.range_error', 'std.overflow_error', 'std.underflow_error', 'std.regex_error', 'std.system_error', 'std.format_error'];

const all = (names: readonly string[], parent: string): [string, string[]][] => names.map((name) => [name, [parent]]);

export const exceptions: Record<string, string[]> = Object.fromEntries([
  ...all(
    [
      'std.logic_error',
      'std.runtime_error',
      'std.bad_alloc',
      'std.bad_cast',
      'std.bad_typeid',
      'std.bad_function_call',
      'std.bad_exception',
      'std.bad_optional_access',
      'std.bad_variant_access',
      'Poco.Exception',
    ],
    'std.exception',
  ),
  ...all(logic, 'std.logic_error'),
  ...all(runtime, 'std.runtime_error'),
  ...all(['std.ios_base.failure', 'std.filesystem.filesystem_error', 'boost.system.system_error'], 'std.system_error'),
]);
