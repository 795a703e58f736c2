// A small status client with two mistakes: an unexpected answer leaves the socket open, and the read waits for ever.
using System;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;

/// <summary>Asks a service for its status, again and again.</summary>
class Status
{
    private readonly string host;

    public Status(string host)
    {
        this.host = host;
    }

    /// <summary>When the service does not answer as expected, the client stays open: CLOSE_WAIT once the peer has closed.</summary>
    public async Task<string> Ask()
    {
        var client = new TcpClient();
        await client.ConnectAsync(host, 7400);
        var stream = client.GetStream();
        var writer = new StreamWriter(stream) { AutoFlush = true };
        await writer.WriteLineAsync("STATUS");
        var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync();
        if (line == null || !line.StartsWith("OK"))
        {
            throw new InvalidDataException("unexpected answer: " + line);
        }
        client.Close();
        return line.Substring(3);
    }

    static async Task Main(string[] args)
    {
        var status = new Status(args.Length > 0 ? args[0] : "localhost");
        while (true)
        {
            Console.WriteLine(await status.Ask());
            await Task.Delay(10_000);
        }
    }
}
