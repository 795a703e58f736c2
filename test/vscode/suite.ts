import './analysis.spec.js';
import './findings.spec.js';
import './fixes.spec.js';
import './notebook.spec.js';
import './panel.spec.js';
import './rule-pages.spec.js';
import './settings.spec.js';
import './worker.spec.js';
