/** Which types lie in namespaces that files use: .NET's API, and libraries' as their documentation lists them. */

const members: Readonly<Record<string, string>> = {
  System:
    'Action AggregateException ApplicationException ArgumentException ArgumentNullException ArgumentOutOfRangeException ' +
    'ArithmeticException Array ArraySegment AsyncCallback Attribute BitConverter Boolean Buffer Byte ' +
    'Char Console ConsoleKey Convert DateTime DateTimeOffset DivideByZeroException Double Enum Environment EventArgs ' +
    'EventHandler Exception FormatException Func GC Guid IAsyncDisposable IAsyncResult IDisposable ' +
    'IndexOutOfRangeException Int16 Int32 Int64 IntPtr InvalidCastException InvalidOperationException Lazy Math Memory ' +
    'MemoryExtensions NotImplementedException NotSupportedException NullReferenceException Object ' +
    'ObjectDisposedException OperationCanceledException OutOfMemoryException OverflowException Predicate Random ' +
    'ReadOnlyMemory ReadOnlySpan Single Span String StringComparer StringComparison SystemException ' +
    'TimeSpan TimeZoneInfo TimeoutException Tuple Type UInt16 UInt32 UInt64 UnauthorizedAccessException Uri UriBuilder ' +
    'UriFormatException Version WeakReference',
  'System.IO':
    'BinaryReader BinaryWriter BufferedStream Directory EndOfStreamException File FileAccess FileInfo FileNotFoundException ' +
    'FileStream IOException MemoryStream Path Stream StreamReader StreamWriter StringReader ' +
    'StringWriter TextReader TextWriter',
  'System.IO.Compression': 'BrotliStream DeflateStream GZipStream ZLibStream',
  'System.Net':
    'CookieContainer Dns EndPoint FtpWebRequest FtpWebResponse HttpListener HttpListenerContext HttpStatusCode ' +
    'HttpWebRequest HttpWebResponse IPAddress IPEndPoint IPHostEntry NetworkCredential ' +
    'ProtocolViolationException SecurityProtocolType ServicePoint ServicePointManager WebClient WebException ' +
    'WebExceptionStatus WebHeaderCollection WebProxy WebRequest WebRequestMethods WebResponse',
  'System.Net.Http':
    'ByteArrayContent DelegatingHandler FormUrlEncodedContent HttpClient HttpClientHandler HttpCompletionOption ' +
    'HttpContent HttpMessageHandler HttpMethod HttpRequestException HttpRequestMessage ' +
    'HttpResponseMessage IHttpClientFactory MultipartFormDataContent SocketsHttpHandler StreamContent StringContent',
  'System.Net.Security':
    'AuthenticatedStream NegotiateStream SslClientAuthenticationOptions SslPolicyErrors SslServerAuthenticationOptions SslStream',
  'System.Security.Authentication': 'AuthenticationException SslProtocols',
  'System.Net.Sockets':
    'AddressFamily IOControlCode LingerOption NetworkStream ProtocolType SelectMode Socket SocketAsyncEventArgs ' +
    'SocketError SocketException SocketFlags SocketInformation SocketOptionLevel ' +
    'SocketOptionName SocketShutdown SocketType TcpClient TcpListener UdpClient UdpReceiveResult UnixDomainSocketEndPoint',
  'System.Net.WebSockets':
    'ClientWebSocket ClientWebSocketOptions HttpListenerWebSocketContext WebSocket WebSocketCloseStatus ' +
    'WebSocketException WebSocketMessageType WebSocketReceiveResult WebSocketState',
  'System.Text': 'ASCIIEncoding Encoding StringBuilder UTF8Encoding',
  'System.Threading':
    'AutoResetEvent CancellationToken CancellationTokenSource EventWaitHandle Interlocked ManualResetEvent ManualResetEventSlim ' +
    'Monitor Mutex ParameterizedThreadStart Semaphore SemaphoreSlim Thread ThreadPool ThreadStart Timeout Timer TimerCallback ' +
    'Volatile WaitCallback WaitHandle',
  'System.Threading.Tasks': 'Parallel Task TaskCanceledException TaskCompletionSource TaskFactory ValueTask',
  'System.Data':
    'CommandBehavior CommandType ConnectionState DataSet DataTable IDataReader IDbCommand IDbConnection IDbTransaction IsolationLevel',
  'System.Data.Common': 'DbCommand DbConnection DbDataReader DbException DbProviderFactory DbTransaction',
  'System.Data.SqlClient':
    'SqlBulkCopy SqlCommand SqlConnection SqlConnectionStringBuilder SqlDataAdapter SqlDataReader SqlException SqlParameter SqlTransaction',
  'Microsoft.Data.SqlClient':
    'SqlBulkCopy SqlCommand SqlConnection SqlConnectionStringBuilder SqlDataAdapter SqlDataReader SqlException SqlParameter SqlTransaction',
  'MySql.Data.MySqlClient': 'MySqlCommand MySqlConnection MySqlDataAdapter MySqlDataReader MySqlException MySqlParameter MySqlTransaction',
  MySqlConnector: 'MySqlCommand MySqlConnection MySqlDataReader MySqlException MySqlParameter MySqlTransaction',
  'Oracle.ManagedDataAccess.Client': 'OracleCommand OracleConnection OracleDataReader OracleException OracleParameter OracleTransaction',
  'FirebirdSql.Data.FirebirdClient': 'FbCommand FbConnection FbDataReader FbException FbParameter FbTransaction',
  'System.Data.Odbc': 'OdbcCommand OdbcConnection OdbcDataReader OdbcException OdbcParameter OdbcTransaction',
  'System.Data.OleDb': 'OleDbCommand OleDbConnection OleDbDataReader OleDbException OleDbParameter OleDbTransaction',
  'MailKit.Net.Smtp': 'SmtpClient SmtpCommandException SmtpProtocolException',
  'MailKit.Net.Imap': 'ImapClient ImapCommandException ImapProtocolException',
  'MailKit.Net.Pop3': 'Pop3Client Pop3CommandException Pop3ProtocolException',
  'Renci.SshNet': 'ConnectionInfo ForwardedPortLocal PrivateKeyFile ScpClient SftpClient ShellStream SshClient SshCommand',
  'Renci.SshNet.Common': 'SshAuthenticationException SshConnectionException SshException SshOperationTimeoutException',
  FluentFTP: 'AsyncFtpClient FtpClient FtpConfig FtpListItem',
  'RabbitMQ.Client': 'ConnectionFactory IBasicProperties IChannel IConnection IConnectionFactory IModel',
  'RabbitMQ.Client.Events': 'AsyncEventingBasicConsumer BasicDeliverEventArgs EventingBasicConsumer',
  'RabbitMQ.Client.Exceptions': 'AlreadyClosedException BrokerUnreachableException OperationInterruptedException',
  Npgsql: 'NpgsqlCommand NpgsqlConnection NpgsqlDataReader NpgsqlDataSource NpgsqlException NpgsqlParameter NpgsqlTransaction',
};

const sets = new Map(Object.entries(members).map(([name, list]) => [name, new Set(list.split(' '))]));

/** Does a type of this name lie in the namespace? False where the namespace is not known. */
export function holdsType(space: string, type: string): boolean {
  return sets.get(space)?.has(type) ?? false;
}
