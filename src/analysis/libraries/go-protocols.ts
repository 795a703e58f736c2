/** Go's clients of other protocols: FTP, LDAP, IMAP, SFTP over ssh, Telnet, DNS, mail, proxies that dial. */

import type { CallFact, Library } from '../flow/facts.js';
import { client, netDefaults, onlyError, opening, perPath, valueOrError } from './go-kit.js';

const ftpPath = 'github.com/jlaffaye/ftp';
const ftp = client({
  type: `${ftpPath}.ServerConn`,
  source: 'jlaffaye/ftp ftp.go ServerConn.Quit: closes also when QUIT cannot be sent',
  closes: ['Quit'],
  errors: [
    'Login',
    'ChangeDir',
    'Stor',
    'StorFrom',
    'Append',
    'Delete',
    'MakeDir',
    'RemoveDir',
    'Rename',
    'NoOp',
    'Type',
    'ChangeDirToParent',
    'RemoveDirRecur',
    'Logout',
  ],
  values: ['List', 'NameList', 'CurrentDir', 'FileSize', 'GetTime', 'GetEntry'],
  onDrop: 'collector',
});
const ftpResponse = client({
  type: `${ftpPath}.Response`,
  source: 'jlaffaye/ftp ftp.go Response.Close: ends the data connection',
  closes: ['Close'],
  errors: ['SetDeadline'],
  values: ['Read'],
  onDrop: 'collector',
});

const ldap = perPath(['gopkg.in/ldap.v2', 'gopkg.in/ldap.v3', 'github.com/go-ldap/ldap', 'github.com/go-ldap/ldap/v3'], (path) => {
  const conn = client({
    type: `${path}.Conn`,
    source: 'go-ldap conn.go Conn: its goroutines read until Close',
    closes: ['Close', 'Unbind'],
    errors: ['Bind', 'UnauthenticatedBind', 'StartTLS', 'Add', 'Del', 'Modify', 'ModifyDN', 'ExternalBind', 'NTLMBind'],
    values: ['Search', 'SearchWithPaging', 'Compare', 'SimpleBind', 'PasswordModify', 'WhoAmI'],
    plain: ['SetTimeout', 'Start', 'IsClosing', 'Debug'],
  });
  return {
    types: conn.types,
    calls: [
      ...conn.calls,
      {
        name: ['Dial', 'DialTLS', 'DialURL'].map((name) => `${path}.${name}`),
        source: 'go-ldap conn.go DialURL',
        ...opening(`${path}.Conn`),
      },
      { name: `${path}.NewConn`, source: 'go-ldap conn.go NewConn', wraps: { type: `${path}.Conn` } },
    ],
  };
});

const imapPath = 'github.com/emersion/go-imap/client';
const imap = client({
  type: `${imapPath}.Client`,
  source: 'go-imap client/cmd_any.go Client.Logout; cmd_selected.go Client.Terminate: Close leaves the mailbox alone',
  closes: ['Logout', 'Terminate'],
  errors: [
    'Login',
    'StartTLS',
    'Authenticate',
    'List',
    'Fetch',
    'Store',
    'Copy',
    'Expunge',
    'Create',
    'Delete',
    'Noop',
    'Close',
    'UidFetch',
    'UidStore',
    'UidMove',
    'Idle',
  ],
  values: ['Select', 'Search', 'UidSearch', 'Status', 'Support', 'Capability'],
  plain: ['State', 'Mailbox', 'SetDebug'],
});

const ssh = 'golang.org/x/crypto/ssh';
const sftpPath = 'github.com/pkg/sftp';
const sftp = client({
  type: `${sftpPath}.Client`,
  source: 'pkg/sftp client.go Client.Close: ends the session, not the ssh connection',
  closes: ['Close'],
  errors: ['Mkdir', 'MkdirAll', 'Remove', 'Rename', 'Chmod', 'Chtimes', 'RemoveDirectory', 'Symlink'],
  values: ['Open', 'Create', 'OpenFile', 'Stat', 'Lstat', 'ReadDir', 'Getwd', 'Glob', 'ReadLink', 'RealPath'],
  plain: ['Join', 'Walk'],
});

/** Dialers of x/net/proxy: interfaces and package functions with the signature of net.Dial. */
const proxy = 'golang.org/x/net/proxy';

/** Connections of other protocols that are net.Conn with methods of their own. */
const embedded = [
  {
    type: 'github.com/ziutek/telnet.Conn',
    source: 'ziutek/telnet conn.go Conn embeds net.Conn',
    opens: ['Dial', 'DialTimeout'],
    makes: ['NewConn'],
    errors: ['SkipUntil', 'SkipBytes', 'SkipUntilIndex'],
    values: ['ReadUntil', 'ReadBytes', 'ReadString', 'ReadByte'],
    plain: ['SetUnixWriteMode', 'SetEcho'],
  },
  {
    type: 'github.com/miekg/dns.Conn',
    source: 'miekg/dns client.go Conn embeds net.Conn',
    opens: ['Dial', 'DialTimeout', 'DialWithTLS', 'DialTimeoutWithTLS', 'Client.Dial', 'Client.DialContext'],
    makes: [],
    errors: ['WriteMsg'],
    values: ['ReadMsg'],
    plain: [],
  },
].map(({ type, source, opens, makes, errors, values, plain }) => {
  const path = type.slice(0, type.lastIndexOf('.'));
  const methods = (names: string[]): string[] => names.map((name) => `${type}.${name}`);
  const calls: CallFact[] = [
    { name: opens.map((name) => `${path}.${name}`), source, ...opening(type) },
    { name: methods(errors), source, ...onlyError },
    { name: methods(values), source, ...valueOrError() },
    { name: methods(plain), source },
    ...makes.map((name): CallFact => ({ name: `${path}.${name}`, source, wraps: { type }, ...valueOrError() })),
  ];
  return {
    types: [{ name: type, source, extends: 'net.Conn', onDrop: 'collector' as const, defaults: netDefaults }],
    calls: calls.filter((call) => call.name.length > 0),
  };
});

const goTelnet = client({
  type: 'github.com/reiver/go-telnet.Conn',
  source: 'reiver/go-telnet conn.go Conn.Close',
  closes: ['Close'],
  values: ['Read', 'Write'],
  plain: ['LocalAddr', 'RemoteAddr'],
  onDrop: 'collector',
});
const gomail = perPath(['gopkg.in/gomail.v2', 'gopkg.in/mail.v2', 'github.com/go-gomail/gomail'], (path) => {
  const sender = client({
    type: `${path}.SendCloser`,
    source: 'gomail smtp.go Dialer.Dial: the caller must close it',
    closes: ['Close'],
    errors: ['Send'],
  });
  return {
    types: sender.types,
    calls: [
      ...sender.calls,
      {
        name: `${path}.Dialer.Dial`,
        source: 'gomail smtp.go Dialer.Dial: closes the connection when TLS or the login fails',
        ...opening(`${path}.SendCloser`),
      },
      { name: `${path}.Send`, source: 'gomail send.go Send', on: { arg: 0 }, ...onlyError },
    ],
  };
});
const others = [...embedded, goTelnet, gomail];

export const library: Library = {
  id: 'go-protocols',
  languages: ['go'],
  title: 'FTP, LDAP, IMAP, SFTP, Telnet, DNS, mail, proxies',
  types: [...[ftp, ftpResponse, ldap, imap, sftp, ...others].flatMap((one) => one.types)],
  calls: [
    ...[ftp, ftpResponse, ldap, imap, sftp, ...others].flatMap((one) => one.calls),
    {
      name: ['DialTo', 'DialToTLS'].map((name) => `github.com/reiver/go-telnet.${name}`),
      source: 'reiver/go-telnet client.go DialTo',
      ...opening('github.com/reiver/go-telnet.Conn'),
    },
    {
      name: ['Dial', 'Connect', 'DialTimeout'].map((name) => `${ftpPath}.${name}`),
      source: 'jlaffaye/ftp ftp.go Dial',
      ...opening(`${ftpPath}.ServerConn`),
    },
    {
      name: [`${ftpPath}.ServerConn.Retr`, `${ftpPath}.ServerConn.RetrFrom`],
      source: 'jlaffaye/ftp ftp.go ServerConn.Retr: the response must be closed',
      ...opening(`${ftpPath}.Response`),
    },
    {
      name: ['Dial', 'DialTLS', 'DialWithDialer', 'DialWithDialerTLS', 'DialStartTLS'].map((name) => `${imapPath}.${name}`),
      source: 'go-imap client/client.go Dial',
      ...opening(`${imapPath}.Client`),
    },
    { name: `${imapPath}.New`, source: 'go-imap client/client.go New', wraps: { type: `${imapPath}.Client` }, ...valueOrError() },
    {
      name: `${sftpPath}.NewClient`,
      source: 'pkg/sftp client.go NewClient: borrows the ssh client',
      opens: { type: `${sftpPath}.Client`, role: 'client', connected: true },
      ...valueOrError(),
    },
    {
      name: [`${proxy}.SOCKS5`, `${proxy}.FromURL`],
      source: 'x/net/proxy proxy.go FromURL',
      wraps: { type: `${proxy}.Dialer` },
      ...valueOrError(),
    },
    {
      name: [`${proxy}.FromEnvironment`, `${proxy}.FromEnvironmentUsing`],
      source: 'x/net/proxy proxy.go FromEnvironment',
      wraps: { type: `${proxy}.Dialer` },
      ok: ['nonnull'],
    },
    { name: `${proxy}.NewPerHost`, source: 'x/net/proxy per_host.go NewPerHost', wraps: { type: `${proxy}.PerHost` }, ok: ['nonnull'] },
    {
      name: [`${proxy}.Dialer.Dial`, `${proxy}.PerHost.Dial`, `${proxy}.Direct.Dial`],
      source: 'x/net/proxy proxy.go Dialer',
      ...opening('net.Conn'),
    },
    {
      name: [`${proxy}.ContextDialer.DialContext`, `${proxy}.PerHost.DialContext`, `${proxy}.Dial`],
      source: 'x/net/proxy dial.go ContextDialer',
      ...opening('net.Conn'),
    },
    {
      name: [`${ssh}.Client.Dial`, `${ssh}.Client.DialTCP`, `${ssh}.Client.DialContext`],
      source: 'x/crypto/ssh tcpip.go Client.Dial: a channel of the connection',
      ...opening('net.Conn'),
    },
    {
      name: ['Dial', 'DialTimeout', 'DialDualStack', 'DialDualStackTimeout'].map((name) => `github.com/valyala/fasthttp.${name}`),
      source: 'fasthttp tcpdialer.go Dial',
      ...opening('net.Conn'),
    },
  ],
};
