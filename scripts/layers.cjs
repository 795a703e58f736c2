/**
 * Who may import whom: folder of src/ -> what it may import beside itself. Anything not named here is forbidden.
 * `types:` allows `import type` only; NODE stands for Node's built-in modules.
 */
module.exports = {
  kernel: [],
  scenarios: ['kernel'],
  'analysis/flow': ['types:scenarios/profile', 'types:analysis/findings', 'types:analysis/libraries/facts'],
  'analysis/syntax': ['web-tree-sitter', 'types:analysis/flow/ir'],
  'analysis/languages': ['analysis/syntax', 'analysis/flow', 'types:analysis/findings'],
  'analysis/libraries': ['types:analysis/flow', 'types:scenarios/profile'],
  'analysis/rules': ['analysis/flow', 'analysis/libraries', 'scenarios/advice', 'types:analysis/findings', 'types:scenarios/profile'],
  analysis: ['analysis', 'scenarios/advice', 'types:scenarios/profile'],
  diagnosis: ['kernel', 'scenarios', 'app', 'output', 'types:analysis'],
  output: ['types:kernel', 'types:analysis', 'types:app', 'sarif'],
  app: ['analysis', 'scenarios', 'kernel', 'output', 'ignore'],
  simulator: ['kernel', 'scenarios', 'output', 'lit', 'mermaid'],
  editor: ['app', 'diagnosis', 'output', 'simulator/protocol', 'vscode'],
  cli: ['app', 'diagnosis', 'output', 'NODE', 'ignore'],
};
