using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// An XML body. Elements come out under their local names whatever their prefixes, attributes under <c>@name</c>, text beside
/// attributes under <c>#text</c>, repeated elements as an array, <c>xsi:nil</c> as null, and <c>xsi:type</c> without its prefix.
/// Document types are refused, and with them external and expanding entities.
/// </summary>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class XmlBody(int maxDepth) : IBodyFormat
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string NamespaceDeclaration = "http://www.w3.org/2000/xmlns/";

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery)
    {
        if (delivery.Body.IsEmpty)
        {
            return BodyContent.Malformed("the body is empty");
        }

        try
        {
            using var stream = Open(delivery.Body);
            using var reader = XmlReader.Create(stream, Settings);
            reader.MoveToContent();
            var root = new JsonObject { [reader.LocalName] = ReadElement(reader) };
            while (reader.Read())
            {
                // What follows the root has to be well-formed too.
            }

            var content = JsonBytes.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), maxDepth);
            return content.Problem is null ? content : Malformed();
        }
        catch (Exception exception) when (exception is XmlException or ArgumentException or InvalidOperationException)
        {
            return Malformed();
        }
    }

    private BodyContent Malformed() => BodyContent.Malformed($"the body is not XML, has a document type, or is nested deeper than {maxDepth} levels");

    private static MemoryStream Open(ReadOnlyMemory<byte> body) => MemoryMarshal.TryGetArray(body, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : new MemoryStream(body.ToArray(), writable: false);

    /// <summary>Reads the element that the reader stands on, and leaves the reader on its end.</summary>
    private JsonNode? ReadElement(XmlReader reader)
    {
        if (reader.Depth >= maxDepth - 1)
        {
            throw new XmlException();
        }

        var isEmpty = reader.IsEmptyElement;
        var result = new JsonObject();
        var isNil = ReadAttributes(reader, result);
        var children = new OrderedDictionary<string, List<JsonNode?>>(StringComparer.Ordinal);
        var text = new StringBuilder();

        while (!isEmpty && reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                var name = reader.LocalName;
                if (!children.TryGetValue(name, out var siblings))
                {
                    children[name] = siblings = [];
                }

                siblings.Add(ReadElement(reader));
            }
            else
            {
                text.Append(reader.Value);
            }
        }

        if (isNil)
        {
            return null;
        }

        if (result.Count == 0 && children.Count == 0)
        {
            return JsonValue.Create(text.ToString());
        }

        foreach (var (name, values) in children)
        {
            result[name] = values.Count == 1 ? values[0] : new JsonArray([.. values]);
        }

        if (children.Count == 0 && text.Length > 0)
        {
            result["#text"] = text.ToString();
        }

        return result;
    }

    /// <summary>Takes the attributes over, and says whether one of them makes the element null.</summary>
    private static bool ReadAttributes(XmlReader reader, JsonObject result)
    {
        var isNil = false;
        while (reader.MoveToNextAttribute())
        {
            switch (reader.NamespaceURI, reader.LocalName)
            {
                case (NamespaceDeclaration, _):
                    break;
                case (SchemaInstance, "nil"):
                    isNil = reader.Value is "true" or "1";
                    break;
                case (SchemaInstance, "type"):
                    result["@type"] = reader.Value[(reader.Value.IndexOf(':', StringComparison.Ordinal) + 1)..];
                    break;
                default:
                    result[$"@{reader.LocalName}"] = reader.Value;
                    break;
            }
        }

        reader.MoveToElement();
        return isNil;
    }
}
