/**
 * Who may import whom: folder of src/ -> what it may import beside itself. Anything not named here is forbidden.
 * `types:` allows `import type` only; NODE stands for Node's built-in modules.
 */
module.exports = {
  words: [],
  kernel: [],
  scenarios: ['kernel', 'words'],
  'analysis/flow': ['words', 'types:scenarios/profile', 'types:analysis/findings', 'types:analysis/libraries/facts'],
  'analysis/syntax': ['web-tree-sitter', 'types:analysis/flow/ir'],
  'analysis/languages': ['words', 'analysis/syntax', 'analysis/flow', 'types:analysis/findings'],
  'analysis/libraries': ['types:analysis/flow', 'types:scenarios/profile'],
  'analysis/rules': [
    'words',
    'analysis/flow',
    'analysis/libraries',
    'kernel/defaults',
    'scenarios/advice',
    'types:analysis/findings',
    'types:scenarios/profile',
  ],
  analysis: ['words', 'analysis', 'scenarios/advice', 'types:scenarios/profile'],
  diagnosis: ['words', 'kernel', 'scenarios', 'app', 'output', 'types:analysis'],
  output: ['words', 'types:kernel', 'types:analysis', 'types:app', 'sarif'],
  app: ['words', 'analysis', 'scenarios', 'kernel', 'output', 'ignore'],
  simulator: ['words', 'kernel', 'scenarios', 'output', 'lit', 'mermaid'],
  editor: ['words', 'app', 'diagnosis', 'output', 'simulator/protocol', 'simulator/first-page', 'vscode'],
  cli: ['app', 'diagnosis', 'output', 'NODE', 'ignore', '@modelcontextprotocol/sdk'],
};
