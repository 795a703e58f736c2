/** Go's clients of other protocols: FTP, LDAP, IMAP, SFTP over ssh, proxies that dial. */

import type { Library } from '../flow/facts.js';
import { client, opening, perPath, valueOrError } from './go-kit.js';

const ftpPath = 'github.com/jlaffaye/ftp';
const ftp = client({
  type: `${ftpPath}.ServerConn`, source: 'jlaffaye/ftp ftp.go ServerConn.Quit: closes also when QUIT cannot be sent', closes: ['Quit'],
  errors: ['Login', 'ChangeDir', 'Stor', 'StorFrom', 'Append', 'Delete', 'MakeDir', 'RemoveDir', 'Rename', 'NoOp', 'Type', 'ChangeDirToParent', 'RemoveDirRecur', 'Logout'],
  values: ['List', 'NameList', 'CurrentDir', 'FileSize', 'GetTime', 'GetEntry'], onDrop: 'collector',
});
const ftpResponse = client({ type: `${ftpPath}.Response`, source: 'jlaffaye/ftp ftp.go Response.Close: ends the data connection', closes: ['Close'], errors: ['SetDeadline'], values: ['Read'], onDrop: 'collector' });

const ldap = perPath(['gopkg.in/ldap.v2', 'gopkg.in/ldap.v3', 'github.com/go-ldap/ldap', 'github.com/go-ldap/ldap/v3'], (path) => {
  const conn = client({
    type: `${path}.Conn`, source: 'go-ldap conn.go Conn: its goroutines read until Close', closes: ['Close', 'Unbind'], errors: ['Bind', 'UnauthenticatedBind', 'StartTLS', 'Add', 'Del', 'Modify', 'ModifyDN', 'ExternalBind', 'NTLMBind'],
    values: ['Search', 'SearchWithPaging', 'Compare', 'SimpleBind', 'PasswordModify', 'WhoAmI'], plain: ['SetTimeout', 'Start', 'IsClosing', 'Debug'],
  });
  return {
    types: conn.types,
    calls: [
      ...conn.calls,
      { name: ['Dial', 'DialTLS', 'DialURL'].map((name) => `${path}.${name}`), source: 'go-ldap conn.go DialURL', ...opening(`${path}.Conn`) },
      { name: `${path}.NewConn`, source: 'go-ldap conn.go NewConn', wraps: { type: `${path}.Conn` } },
    ],
  };
});

const imapPath = 'github.com/emersion/go-imap/client';
const imap = client({
  type: `${imapPath}.Client`, source: 'go-imap client/cmd_any.go Client.Logout; cmd_selected.go Client.Terminate: Close leaves the mailbox alone', closes: ['Logout', 'Terminate'],
  errors: ['Login', 'StartTLS', 'Authenticate', 'List', 'Fetch', 'Store', 'Copy', 'Expunge', 'Create', 'Delete', 'Noop', 'Close', 'UidFetch', 'UidStore', 'UidMove', 'Idle'],
  values: ['Select', 'Search', 'UidSearch', 'Status', 'Support', 'Capability'], plain: ['State', 'Mailbox', 'SetDebug'],
});

const ssh = 'golang.org/x/crypto/ssh';
const sftpPath = 'github.com/pkg/sftp';
const sftp = client({
  type: `${sftpPath}.Client`, source: 'pkg/sftp client.go Client.Close: ends the session, not the ssh connection', closes: ['Close'], errors: ['Mkdir', 'MkdirAll', 'Remove', 'Rename', 'Chmod', 'Chtimes', 'RemoveDirectory', 'Symlink'],
  values: ['Open', 'Create', 'OpenFile', 'Stat', 'Lstat', 'ReadDir', 'Getwd', 'Glob', 'ReadLink', 'RealPath'], plain: ['Join', 'Walk'],
});

/** Dialers of x/net/proxy: interfaces and package functions with the signature of net.Dial. */
const proxy = 'golang.org/x/net/proxy';

export const library: Library = {
  id: 'go-protocols',
  languages: ['go'],
  title: 'FTP, LDAP, IMAP, SFTP, proxies',
  types: [...[ftp, ftpResponse, ldap, imap, sftp].flatMap((one) => one.types)],
  calls: [
    ...[ftp, ftpResponse, ldap, imap, sftp].flatMap((one) => one.calls),
    { name: ['Dial', 'Connect', 'DialTimeout'].map((name) => `${ftpPath}.${name}`), source: 'jlaffaye/ftp ftp.go Dial', ...opening(`${ftpPath}.ServerConn`) },
    { name: [`${ftpPath}.ServerConn.Retr`, `${ftpPath}.ServerConn.RetrFrom`], source: 'jlaffaye/ftp ftp.go ServerConn.Retr: the response must be closed', ...opening(`${ftpPath}.Response`) },
    { name: ['Dial', 'DialTLS', 'DialWithDialer', 'DialWithDialerTLS', 'DialStartTLS'].map((name) => `${imapPath}.${name}`), source: 'go-imap client/client.go Dial', ...opening(`${imapPath}.Client`) },
    { name: `${imapPath}.New`, source: 'go-imap client/client.go New', wraps: { type: `${imapPath}.Client` }, ...valueOrError() },
    { name: `${sftpPath}.NewClient`, source: 'pkg/sftp client.go NewClient: borrows the ssh client', opens: { type: `${sftpPath}.Client`, role: 'client', connected: true }, ...valueOrError() },
    { name: [`${proxy}.SOCKS5`, `${proxy}.FromURL`], source: 'x/net/proxy proxy.go FromURL', wraps: { type: `${proxy}.Dialer` }, ...valueOrError() },
    { name: [`${proxy}.FromEnvironment`, `${proxy}.FromEnvironmentUsing`], source: 'x/net/proxy proxy.go FromEnvironment', wraps: { type: `${proxy}.Dialer` }, ok: ['nonnull'] },
    { name: `${proxy}.NewPerHost`, source: 'x/net/proxy per_host.go NewPerHost', wraps: { type: `${proxy}.PerHost` }, ok: ['nonnull'] },
    { name: [`${proxy}.Dialer.Dial`, `${proxy}.PerHost.Dial`, `${proxy}.Direct.Dial`], source: 'x/net/proxy proxy.go Dialer', ...opening('net.Conn') },
    { name: [`${proxy}.ContextDialer.DialContext`, `${proxy}.PerHost.DialContext`, `${proxy}.Dial`], source: 'x/net/proxy dial.go ContextDialer', ...opening('net.Conn') },
    { name: [`${ssh}.Client.Dial`, `${ssh}.Client.DialTCP`, `${ssh}.Client.DialContext`], source: 'x/crypto/ssh tcpip.go Client.Dial: a channel of the connection', ...opening('net.Conn') },
    { name: ['Dial', 'DialTimeout', 'DialDualStack', 'DialDualStackTimeout'].map((name) => `github.com/valyala/fasthttp.${name}`), source: 'fasthttp tcpdialer.go Dial', ...opening('net.Conn') },
  ],
};
