/**
 * Python's clients of mail, files and terminals in the standard library.
 * Read in CPython 3.11; `timeout` is None unless given in all of them.
 */

import type { CallFact, FailFact, Library } from '../flow/facts.js';
import { clientFacts } from './python-kit.js';
import type { ClientShape } from './python-kit.js';

const named = { name: 'timeout' };
const limit = (arg: number): { arg: number; name: string } => ({ arg, name: 'timeout' });

const clients: ClientShape[] = [
  {
    type: 'ftplib.FTP',
    source: 'ftplib.py FTP.close, FTP.quit, FTP.__exit__',
    onDrop: 'at-once',
    raises: ['ftplib.Error'],
    makers: [
      { name: 'ftplib.FTP', source: 'ftplib.py FTP.__init__', limit: limit(4), connectsIf: { arg: 0, name: 'host' } },
      {
        name: 'ftplib.FTP_TLS',
        source: 'ftplib.py FTP_TLS.__init__: the position of timeout changed in 3.12',
        limit: named,
        connectsIf: { arg: 0, name: 'host' },
      },
    ],
    closes: ['close', 'quit', '__exit__'],
    asks: [
      'login',
      'cwd',
      'nlst',
      'dir',
      'retrbinary',
      'retrlines',
      'storbinary',
      'storlines',
      'size',
      'delete',
      'mkd',
      'rmd',
      'rename',
      'pwd',
      'prot_p',
      'sendcmd',
      'voidcmd',
      'auth',
      'mlsd',
    ],
    tells: ['set_pasv', 'set_debuglevel', 'getwelcome'],
  },
  {
    type: 'smtplib.SMTP',
    source: 'smtplib.py SMTP.close, SMTP.quit, SMTP.__exit__',
    onDrop: 'at-once',
    raises: ['smtplib.SMTPException'],
    makers: [
      {
        name: 'smtplib.SMTP',
        source: 'smtplib.py SMTP.__init__: connects when it is given a host',
        limit: limit(3),
        connectsIf: { arg: 0, name: 'host' },
      },
      {
        name: 'smtplib.SMTP_SSL',
        source: 'smtplib.py SMTP_SSL.__init__: the position of timeout changed in 3.12',
        limit: named,
        connectsIf: { arg: 0, name: 'host' },
      },
      { name: 'smtplib.LMTP', source: 'smtplib.py LMTP.__init__', limit: limit(4), connectsIf: { arg: 0, name: 'host' } },
    ],
    closes: ['close', 'quit', '__exit__'],
    asks: [
      'login',
      'starttls',
      'ehlo',
      'helo',
      'sendmail',
      'send_message',
      'noop',
      'mail',
      'rcpt',
      'data',
      'docmd',
      'ehlo_or_helo_if_needed',
    ],
    tells: ['set_debuglevel', 'has_extn'],
  },
  {
    type: 'imaplib.IMAP4',
    source: 'imaplib.py IMAP4: close() closes the mailbox alone, logout() and shutdown() the connection',
    onDrop: 'at-once',
    raises: ['imaplib.IMAP4.error', 'OSError'],
    makers: [
      { name: 'imaplib.IMAP4', source: 'imaplib.py IMAP4.__init__: timeout since 3.9', limit: limit(2) },
      { name: 'imaplib.IMAP4_SSL', source: 'imaplib.py IMAP4_SSL.__init__: the position of timeout changed in 3.12', limit: named },
    ],
    closes: ['logout', 'shutdown', '__exit__'],
    asks: [
      'login',
      'authenticate',
      'select',
      'search',
      'fetch',
      'uid',
      'store',
      'append',
      'copy',
      'list',
      'expunge',
      'close',
      'starttls',
      'noop',
      'status',
      'create',
      'delete',
    ],
  },
  {
    type: 'poplib.POP3',
    source: 'poplib.py POP3.close, POP3.quit',
    onDrop: 'at-once',
    raises: ['poplib.error_proto', 'OSError'],
    makers: [
      { name: 'poplib.POP3', source: 'poplib.py POP3.__init__', limit: limit(2) },
      { name: 'poplib.POP3_SSL', source: 'poplib.py POP3_SSL.__init__: the position of timeout changed in 3.12', limit: named },
    ],
    closes: ['close', 'quit'],
    asks: ['user', 'pass_', 'stat', 'list', 'retr', 'dele', 'stls', 'top', 'uidl', 'noop', 'apop'],
    tells: ['getwelcome', 'set_debuglevel'],
  },
  {
    type: 'telnetlib.Telnet',
    source: 'telnetlib.py Telnet.close, Telnet.__exit__, Telnet.__del__; gone since 3.13',
    onDrop: 'at-once',
    raises: ['EOFError', 'OSError'],
    makers: [{ name: 'telnetlib.Telnet', source: 'telnetlib.py Telnet.__init__', limit: limit(2), connectsIf: { arg: 0, name: 'host' } }],
    closes: ['close', '__exit__'],
    asks: ['read_until', 'read_all', 'read_some', 'read_very_eager', 'write', 'expect', 'interact'],
    tells: ['set_debuglevel', 'get_socket', 'fileno'],
  },
  {
    type: 'nntplib.NNTP',
    source: 'nntplib.py NNTP.quit, NNTP.__exit__; gone since 3.13',
    onDrop: 'at-once',
    raises: ['nntplib.NNTPError', 'OSError'],
    makers: [
      { name: 'nntplib.NNTP', source: 'nntplib.py NNTP.__init__: closes when it fails', limit: limit(6) },
      { name: 'nntplib.NNTP_SSL', source: 'nntplib.py NNTP_SSL.__init__', limit: named },
    ],
    closes: ['quit', '__exit__'],
    asks: ['group', 'over', 'article', 'head', 'body', 'list', 'post', 'login', 'starttls'],
  },
  {
    type: 'multiprocessing.connection.Connection',
    source: 'multiprocessing/connection.py _ConnectionBase: __del__ closes',
    onDrop: 'at-once',
    raises: ['OSError', 'EOFError'],
    makers: [
      {
        name: 'multiprocessing.connection.Client',
        source: 'multiprocessing/connection.py Client: closes when the key is refused',
        limit: null,
      },
    ],
    closes: ['close', '__exit__'],
    asks: ['send', 'send_bytes', 'recv', 'recv_bytes'],
    tells: ['poll', 'fileno'],
  },
];

const refused: FailFact[] = [{ throws: ['OSError'] }];
const lateLimit = (arg: number): Partial<CallFact> => ({ blocks: { wait: 'other', limit: limit(arg), limitedBy: ['readTimeout'] } });
const later: CallFact[] = [
  {
    name: 'ftplib.FTP.connect',
    source: 'ftplib.py FTP.connect',
    fails: refused,
    ...lateLimit(2),
    sets: [{ option: 'readTimeout', from: limit(2) }],
    step: { do: 'connect' },
  },
  {
    name: 'smtplib.SMTP.connect',
    source: 'smtplib.py SMTP.connect',
    fails: refused,
    blocks: { wait: 'other', limitedBy: ['readTimeout'] },
    step: { do: 'connect' },
  },
  { name: 'telnetlib.Telnet.open', source: 'telnetlib.py Telnet.open', fails: refused, ...lateLimit(2), step: { do: 'connect' } },
];

/** Lib/socket.py create_connection: settimeout, for whatever the socket does. */
const facts = clients.map((client) =>
  clientFacts({ ...client, makers: client.makers.map((maker) => ({ ...maker, limitsSending: true })) }),
);

export const library: Library = {
  id: 'python-clients',
  languages: ['python'],
  title: 'ftplib, smtplib, imaplib, poplib, nntplib, telnetlib, multiprocessing.connection',
  types: facts.flatMap(({ types }) => types),
  calls: [...facts.flatMap(({ calls }) => calls), ...later],
  exceptions: {
    'ftplib.Error': ['Exception'],
    'ftplib.error_perm': ['ftplib.Error'],
    'ftplib.error_temp': ['ftplib.Error'],
    'ftplib.error_reply': ['ftplib.Error'],
    'ftplib.error_proto': ['ftplib.Error'],
    'smtplib.SMTPException': ['OSError'],
    'imaplib.IMAP4.error': ['Exception'],
    'imaplib.IMAP4.abort': ['imaplib.IMAP4.error'],
    'poplib.error_proto': ['Exception'],
    'nntplib.NNTPError': ['Exception'],
  },
};
