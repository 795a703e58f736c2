/** .NET's clients of protocols: WebSockets, mail, SSH, FTP, message queues, datagrams. */

import type { CallFact, Library } from '../flow/facts.js';
import { clientFacts } from './client-kit.js';

const both = (names: readonly string[]): string[] => names.flatMap((name) => [name, `${name}Async`]);
const io = 'System.IO.IOException';
const socketError = 'System.Net.Sockets.SocketException';
const udp = 'System.Net.Sockets.UdpClient';

const websocket = clientFacts({
  type: 'System.Net.WebSockets.ClientWebSocket',
  source:
    'dotnet/runtime 8.0 System.Net.WebSockets.Client/src/System/Net/WebSockets/ClientWebSocket.cs ConnectAsync: gives the connection ' +
    'back when it fails; ManagedWebSocket.cs CloseAsync: disposes of the stream once both sides have said close',
  onDrop: 'collector',
  later: ['System.Net.WebSockets.ClientWebSocket'],
  connects: ['ConnectAsync'],
  connectCloses: true,
  closes: ['Dispose', 'Abort', 'CloseAsync'],
  closedBy: 'Dispose()',
  asks: ['SendAsync', 'ReceiveAsync', 'CloseOutputAsync'],
  throws: ['System.Net.WebSockets.WebSocketException'],
  tells: ['ToString'],
});

const mail = ['MailKit.Net.Smtp.SmtpClient', 'MailKit.Net.Imap.ImapClient', 'MailKit.Net.Pop3.Pop3Client'].map((type) =>
  clientFacts({
    type,
    source: 'jstedfast/MailKit MailKit/MailService.cs Dispose: disconnects; a failing Connect disposes of its stream',
    onDrop: 'collector',
    later: [type],
    connects: both(['Connect']),
    connectCloses: true,
    closes: ['Dispose', ...both(['Disconnect'])],
    closedBy: 'Dispose()',
    asks: both(['Authenticate', 'Send', 'NoOp', 'GetMessage', 'GetMessages', 'DeleteMessage', 'GetFolder']),
    throws: [io],
    tells: ['set_Timeout', 'set_ServerCertificateValidationCallback', 'ToString'],
  }),
);

const ssh = ['Renci.SshNet.SshClient', 'Renci.SshNet.SftpClient', 'Renci.SshNet.ScpClient'].map((type) =>
  clientFacts({
    type,
    source: 'sshnet/SSH.NET src/Renci.SshNet/BaseClient.cs Connect: disposes of the session when it fails; Dispose disconnects',
    onDrop: 'collector',
    later: [type],
    connects: both(['Connect']),
    connectCloses: true,
    closes: ['Dispose', 'Disconnect'],
    closedBy: 'Dispose()',
    asks: [
      'RunCommand',
      ...both(['UploadFile', 'DownloadFile', 'ListDirectory', 'DeleteFile', 'RenameFile']),
      'Upload',
      'Download',
      'Exists',
      'CreateDirectory',
      'ChangeDirectory',
      'SendKeepAlive',
      'WriteAllText',
      'ReadAllText',
    ],
    throws: ['Renci.SshNet.Common.SshException'],
    tells: ['set_KeepAliveInterval', 'set_OperationTimeout', 'set_BufferSize', 'ToString'],
  }),
);

const ftp = ['FluentFTP.FtpClient', 'FluentFTP.AsyncFtpClient'].map((type) =>
  clientFacts({
    type,
    source: 'robinrodgers/FluentFTP FluentFTP/Client/BaseClient Dispose: disconnects; its finalizer does so, too',
    onDrop: 'collector',
    later: [type],
    connects: both(['Connect', 'AutoConnect']),
    connectCloses: true,
    closes: ['Dispose', ...both(['Disconnect'])],
    closedBy: 'Dispose()',
    asks: [
      'UploadFile',
      'DownloadFile',
      'GetListing',
      'DeleteFile',
      'Execute',
      'FileExists',
      'DirectoryExists',
      'CreateDirectory',
      'Rename',
    ],
    throws: [io],
    tells: ['set_Credentials', 'set_Host', 'set_Port', 'ToString'],
  }),
);

const rabbit = clientFacts({
  type: 'RabbitMQ.Client.IConnection',
  source: 'rabbitmq/rabbitmq-dotnet-client projects/RabbitMQ.Client/client/impl/Connection.cs Close, Dispose aborts',
  onDrop: 'never',
  makers: ['RabbitMQ.Client.ConnectionFactory.CreateConnection', 'RabbitMQ.Client.ConnectionFactory.CreateConnectionAsync'],
  closes: [...both(['Close', 'Abort']), 'Dispose', 'DisposeAsync'],
  closedBy: 'Dispose()',
  asks: ['UpdateSecret'],
  throws: ['RabbitMQ.Client.Exceptions.BrokerUnreachableException'],
  tells: ['ToString'],
  longLived: true,
  views: {
    type: 'RabbitMQ.Client.IModel',
    made: [...both(['CreateChannel']), 'CreateModel'],
    asks: both([
      'QueueDeclare',
      'ExchangeDeclare',
      'QueueBind',
      'BasicPublish',
      'BasicGet',
      'BasicAck',
      'BasicNack',
      'BasicQos',
      'QueueDelete',
      'QueuePurge',
    ]),
    tells: ['CreateBasicProperties'],
    consumes: both(['BasicConsume']),
  },
});

const datagrams: CallFact[] = [
  {
    name: udp,
    source: 'dotnet/runtime 8.0 System.Net.Sockets/src/System/Net/Sockets/UDPClient.cs UdpClient(int): binds; a descriptor from the start',
    on: { arg: 9 },
    fails: [{ throws: [socketError] }],
    opens: { type: udp, role: 'any', datagram: true },
  },
  { name: [`${udp}.Close`, `${udp}.Dispose`], source: 'UDPClient.cs Dispose', closes: true, step: { do: 'close' } },
  {
    name: [...both(['Send', 'Receive']), 'EndReceive', 'EndSend', 'Connect', 'JoinMulticastGroup', 'DropMulticastGroup'].map(
      (name) => `${udp}.${name}`,
    ),
    source: 'UDPClient.cs Receive: SocketException',
    fails: [{ throws: [socketError] }],
  },
  {
    name: ['set_EnableBroadcast', 'set_Ttl', 'set_ExclusiveAddressUse', 'set_MulticastLoopback', 'set_DontFragment'].map(
      (name) => `${udp}.${name}`,
    ),
    source: 'UDPClient.cs: options',
  },
];

const parts = [websocket, ...mail, ...ssh, ...ftp, rabbit];

export const library: Library = {
  id: 'csharp-clients',
  languages: ['csharp'],
  title: 'Clients of protocols for .NET',
  types: [
    ...parts.flatMap(({ types }) => types),
    { name: udp, source: 'SafeSocketHandle.cs: its finalizer closes the descriptor', onDrop: 'collector', closedBy: 'Dispose()' },
  ],
  calls: [...parts.flatMap(({ calls }) => calls), ...datagrams],
  exceptions: {
    'System.Net.WebSockets.WebSocketException': ['System.ComponentModel.Win32Exception'],
    'Renci.SshNet.Common.SshException': ['System.Exception'],
    'RabbitMQ.Client.Exceptions.BrokerUnreachableException': [io],
  },
};
