// The rules' pages, in English and in every language of l10n/: the rules' own sentences come from the catalogue, the page's stand here.
import fs from 'node:fs';
import path from 'node:path';

const ENGLISH = {
  rules: 'Rules',
  columns: ['rule', 'severity', 'fires when'],
  what: 'What.',
  why: 'Why.',
  remedy: 'What to do.',
  severity: (level, rule) => `Severity: \`${level}\`. Switch it off with the setting \`closewait.severity\`: \`{"${rule}": "off"}\`.`,
  off: (level, rule) => `Off until you switch it on with the setting \`closewait.severity\`: \`{"${rule}": "${level}"}\`.`,
  fail: (scenario, title) =>
    `See it fail: \`closewait simulate FILE:LINE ${scenario}\` or *CloseWait: Simulate Connection Failure* (${title}).`,
  example: 'Simulate the example',
  opens: ': opens it as a new file in VS Code and shows how its connection fails.',
  keep: 'To keep one connection as it is, write the reason down, on the line or the line above, in a comment:',
  reason: 'the reason',
  bad: 'Reported:',
  good: 'Good:',
  comments: `## What comments can say

\`closewait: allow RULE -- the reason\`, on the line of a finding or the line above, keeps that finding away. A suppression that hides nothing is reported as a hint.

\`closewait: takes ownership\`, on the line of a call or of a function's name (or the line above), says what the analysis cannot see: this call, or every call
of this function, owns the connections it is given from then on.`,
};

const PAGES = {
  'zh-cn': {
    rules: '规则',
    columns: ['规则', '严重程度', '何时报告'],
    what: '是什么。',
    why: '为什么。',
    remedy: '怎么办。',
    severity: (level, rule) => `严重程度：\`${level}\`。可用设置 \`closewait.severity\` 关闭：\`{"${rule}": "off"}\`。`,
    off: (level, rule) => `默认关闭，可用设置 \`closewait.severity\` 开启：\`{"${rule}": "${level}"}\`。`,
    fail: (scenario, title) => `看它如何失败：\`closewait simulate FILE:LINE ${scenario}\`，或命令 *CloseWait: 模拟连接失败*（${title}）。`,
    example: '模拟这个示例',
    opens: '：在 VS Code 中作为新文件打开，并显示其连接如何失败。',
    keep: '若要让某个连接保持原样，请在该行或上一行的注释中写明理由：',
    reason: '理由',
    bad: '会报告：',
    good: '正确：',
    comments: `## 注释可以说明什么

\`closewait: allow RULE -- 理由\`，写在问题所在行或上一行，使该问题不再报告。什么也没有隐藏的注释会以提示报告。

\`closewait: takes ownership\`，写在一次调用或函数名所在行（或上一行），说明分析看不到的事实：从此以后，这次调用，或对这个函数的每次调用，
拥有交给它的连接。`,
  },
};

/** @returns a list of [file, text]: docs/rules/ in English, docs/rules/LANGUAGE/ in each language that has a catalogue */
export function rulePages(root, rules, titles, scenarios) {
  const languages = fs.readdirSync(path.join(root, 'l10n')).map((name) => name.replace(/^bundle\.l10n\.|\.json$/g, ''));
  return [
    ...pagesIn('docs/rules', ENGLISH, (text) => text, rules, titles, scenarios),
    ...languages.flatMap((language) => {
      const words = PAGES[language];
      if (!words) throw new Error(`scripts/rule-pages.mjs has no words for ${language}`);
      const bundle = JSON.parse(fs.readFileSync(path.join(root, `l10n/bundle.l10n.${language}.json`), 'utf8'));
      return pagesIn(`docs/rules/${language}`, words, (text) => bundle[text] ?? text, rules, titles, scenarios);
    }),
  ];
}

function pagesIn(folder, words, translated, rules, titles, scenarios) {
  return [
    ...rules.map((rule) => [`${folder}/${rule.id}.md`, rulePage(words, translated, rule, titles, scenarios)]),
    [`${folder}/README.md`, ruleIndex(words, translated, rules)],
  ];
}

function rulePage(words, translated, rule, titles, scenarios) {
  const scenario = scenarios.find((s) => s.id === rule.scenario);
  const examples = rule.examples.map(
    ({ language, bad, good }) => `## ${titles.get(language) ?? language}

${words.bad}

\`\`\`${language}
${bad.trimEnd()}
\`\`\`

${words.good}

\`\`\`${language}
${good.trimEnd()}
\`\`\`
`,
  );
  return `<!-- Written by scripts/generate.mjs from src/analysis/rules/${rule.id}.ts. Do not edit. -->
# ${rule.id}

${translated(rule.title)}

**${words.what}** ${translated(rule.what)}

**${words.why}** ${translated(rule.why)}

**${words.remedy}** ${translated(rule.remedy)}

${(rule.off ? words.off : words.severity)(rule.severity, rule.id)}
${scenario ? `\n${words.fail(scenario.id, translated(scenario.title))}\n\n[${words.example}](vscode://closewait.closewait/simulate/${rule.id})${words.opens}\n` : ''}
${words.keep}

\`\`\`
closewait: allow ${rule.id} -- ${words.reason}
\`\`\`
${examples.length > 0 ? `\n${examples.join('\n')}` : ''}`;
}

function ruleIndex(words, translated, rules) {
  const rows = rules.map((r) => `| [${r.id}](${r.id}.md) | ${r.off ? 'off' : r.severity} | ${translated(r.title)} |`);
  return `<!-- Written by scripts/generate.mjs. Do not edit. -->
# ${words.rules}

| ${words.columns.join(' | ')} |
|---|---|---|
${rows.join('\n')}

${words.comments}
`;
}
