/**
 * Which classes lie in packages that files import with a star: the Java platform's API, and libraries' as their documentation lists them.
 */

const members: Readonly<Record<string, string>> = {
  'java.lang':
    'AbstractMethodError Appendable ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException ' +
    'AssertionError AutoCloseable Boolean Byte CharSequence Character Class ' +
    'ClassCastException ClassLoader ClassNotFoundException CloneNotSupportedException Cloneable Comparable Deprecated ' +
    'Double Enum Error Exception ExceptionInInitializerError Float FunctionalInterface ' +
    'IllegalAccessException IllegalArgumentException IllegalMonitorStateException IllegalStateException ' +
    'IndexOutOfBoundsException InstantiationException Integer InternalError InterruptedException ' +
    'Iterable LinkageError Long Math NegativeArraySizeException NoClassDefFoundError NoSuchFieldException ' +
    'NoSuchMethodException NullPointerException Number NumberFormatException Object ' +
    'OutOfMemoryError Override Process ProcessBuilder Readable Record ReflectiveOperationException Runnable Runtime ' +
    'RuntimeException SafeVarargs SecurityException Short StackOverflowError ' +
    'StackTraceElement StrictMath String StringBuffer StringBuilder StringIndexOutOfBoundsException SuppressWarnings ' +
    'System Thread ThreadGroup ThreadLocal Throwable UnsupportedOperationException Void',
  'java.io':
    'BufferedInputStream BufferedOutputStream BufferedReader BufferedWriter ByteArrayInputStream ByteArrayOutputStream ' +
    'Closeable DataInputStream DataOutputStream EOFException File ' +
    'FileInputStream FileNotFoundException FileOutputStream FileReader FileWriter FilterInputStream FilterOutputStream ' +
    'Flushable IOException InputStream InputStreamReader InterruptedIOException ' +
    'LineNumberReader ObjectInputStream ObjectOutputStream OutputStream OutputStreamWriter PrintStream PrintWriter ' +
    'PushbackInputStream RandomAccessFile Reader SequenceInputStream Serializable ' +
    'StringReader StringWriter UncheckedIOException UnsupportedEncodingException Writer',
  'java.net':
    'ConnectException DatagramPacket DatagramSocket HttpURLConnection Inet4Address Inet6Address InetAddress ' +
    'InetSocketAddress MalformedURLException MulticastSocket NetworkInterface ' +
    'NoRouteToHostException PortUnreachableException ProtocolException Proxy ServerSocket Socket SocketAddress ' +
    'SocketException SocketTimeoutException StandardSocketOptions URI URISyntaxException URL ' +
    'URLConnection URLDecoder URLEncoder UnknownHostException UnknownServiceException',
  'java.nio': 'Buffer ByteBuffer ByteOrder CharBuffer IntBuffer LongBuffer',
  'java.nio.channels':
    'AsynchronousCloseException AsynchronousServerSocketChannel AsynchronousSocketChannel ByteChannel ' +
    'CancelledKeyException Channel Channels ClosedByInterruptException ' +
    'ClosedChannelException ClosedSelectorException CompletionHandler DatagramChannel FileChannel NetworkChannel Pipe ' +
    'ReadableByteChannel SelectableChannel SelectionKey Selector ServerSocketChannel ' +
    'SocketChannel UnresolvedAddressException WritableByteChannel',
  'java.sql':
    'Array BatchUpdateException Blob CallableStatement Clob Connection DatabaseMetaData Date Driver DriverManager ' +
    'ParameterMetaData PreparedStatement ResultSet ResultSetMetaData SQLException ' +
    'SQLTimeoutException SQLWarning Savepoint Statement Time Timestamp Types',
  'javax.sql': 'ConnectionPoolDataSource DataSource PooledConnection RowSet XAConnection XADataSource',
  'javax.net': 'ServerSocketFactory SocketFactory',
  'javax.net.ssl':
    'HostnameVerifier HttpsURLConnection KeyManager KeyManagerFactory SNIHostName SSLContext SSLEngine SSLException ' +
    'SSLHandshakeException SSLParameters SSLPeerUnverifiedException ' +
    'SSLServerSocket SSLServerSocketFactory SSLSession SSLSocket SSLSocketFactory TrustManager TrustManagerFactory X509TrustManager',
  'java.net.http': 'HttpClient HttpHeaders HttpRequest HttpResponse HttpTimeoutException WebSocket',
  'java.util':
    'ArrayDeque ArrayList Arrays Base64 BitSet Calendar Collection Collections ConcurrentModificationException Date ' +
    'Deque Dictionary Enumeration EnumMap HashMap HashSet Hashtable IdentityHashMap Iterator ' +
    'LinkedHashMap LinkedHashSet LinkedList List ListIterator Locale Map NoSuchElementException Objects Observable ' +
    'Observer Optional PriorityQueue Properties Queue Random Scanner Set SortedMap Stack ' +
    'StringTokenizer Timer TimerTask TreeMap TreeSet UUID Vector WeakHashMap',
  'java.util.concurrent':
    'ArrayBlockingQueue BlockingQueue Callable CompletableFuture ConcurrentHashMap ConcurrentLinkedQueue ' +
    'CopyOnWriteArrayList CountDownLatch Executor ExecutionException ExecutorService ' +
    'Executors Future LinkedBlockingQueue ScheduledExecutorService Semaphore ThreadFactory ThreadPoolExecutor TimeUnit TimeoutException',
  okhttp3:
    'Call Callback ConnectionPool Credentials Dispatcher FormBody Headers HttpUrl Interceptor MediaType MultipartBody ' +
    'OkHttpClient Request RequestBody Response ResponseBody WebSocket WebSocketListener',
  'org.apache.http': 'HttpEntity HttpHeaders HttpHost HttpRequest HttpResponse HttpStatus Header NameValuePair StatusLine',
  'org.apache.http.client': 'ClientProtocolException HttpClient ResponseHandler',
  'org.apache.http.client.methods':
    'CloseableHttpResponse HttpDelete HttpEntityEnclosingRequestBase HttpGet HttpHead HttpOptions HttpPatch HttpPost ' +
    'HttpPut HttpRequestBase HttpUriRequest RequestBuilder',
  'org.apache.http.impl.client': 'BasicResponseHandler CloseableHttpClient DefaultHttpClient HttpClientBuilder HttpClients',
  'org.apache.commons.httpclient':
    'Header HostConfiguration HttpClient HttpException HttpMethod HttpStatus MultiThreadedHttpConnectionManager ' +
    'NameValuePair UsernamePasswordCredentials',
  'org.apache.commons.httpclient.methods':
    'DeleteMethod EntityEnclosingMethod GetMethod HeadMethod PostMethod PutMethod RequestEntity StringRequestEntity',
  'org.apache.commons.net.ftp': 'FTP FTPClient FTPFile FTPReply FTPSClient',
  'redis.clients.jedis':
    'BinaryJedis Jedis JedisCluster JedisPool JedisPoolConfig JedisPubSub Pipeline ShardedJedis ShardedJedisPool Transaction',
  'com.jcraft.jsch': 'Channel ChannelExec ChannelSftp ChannelShell JSch JSchException Session SftpException',
  'javax.mail': 'Authenticator Folder Message MessagingException Session Store Transport',
};

const sets = new Map(Object.entries(members).map(([name, list]) => [name, new Set(list.split(' '))]));

/** Is it known which classes lie in this package? */
export function isListed(name: string): boolean {
  return sets.has(name);
}

/** Does a class of this name lie in the package? False where the package is not known. */
export function holdsClass(name: string, cls: string): boolean {
  return sets.get(name)?.has(cls) ?? false;
}
