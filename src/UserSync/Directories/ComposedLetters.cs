using System.Buffers;

namespace UserSync.Directories;

/// <summary>Which letter becomes which with a mark that follows it: Unicode's canonical compositions, of letters only.</summary>
internal static class ComposedLetters
{
    private const int FirstSyllable = 0xac00;
    private const int Syllables = 11_172;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTails = 0x11a7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    // Each mark with its canonical combining class, and the pairs of letters without and with it. What is written from right to left, or
    // joins with its neighbour, stands as a number.
    private static readonly (char Mark, byte Class, string Pairs)[] Table =
    [
        ('\u0300', 230,
            "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫ"
            + "ἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊϊῒΙῚϋῢΥῪΟῸΩῺ"),
        ('\u0301', 230,
            "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώ"
            + "ϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴ"
            + "ἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ"),
        ('\u0302', 230, "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
        ('\u0303', 230, "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
        ('\u0304', 230, "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ"),
        ('\u0306', 230, "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ"),
        ('\u0307', 230, "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ"),
        ('\u0308', 230,
            "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄ"
            + "wẅXẌxẍtẗ"),
        ('\u0309', 230, "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
        ('\u030a', 230, "AÅaåUŮuůwẘyẙ"),
        ('\u030b', 230, "OŐoőUŰuűУӲуӳ"),
        ('\u030c', 230, "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"),
        ('\u030f', 230, "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ"),
        ('\u0311', 230, "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
        ('\u0313', 230, "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ"),
        ('\u0314', 230, "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ"),
        ('\u031b', 216, "OƠoơUƯuư"),
        ('\u0323', 220, "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ"),
        ('\u0324', 220, "UṲuṳ"),
        ('\u0325', 220, "AḀaḁ"),
        ('\u0326', 220, "SȘsșTȚtț"),
        ('\u0327', 202, "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
        ('\u0328', 202, "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
        ('\u032d', 220, "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
        ('\u032e', 220, "HḪhḫ"),
        ('\u0330', 220, "EḚeḛIḬiḭUṴuṵ"),
        ('\u0331', 220, "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
        ('\u0342', 230, "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶηῆιῖϊῗυῦϋῧωῶ"),
        ('\u0345', 240,
            "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳ"
            + "άᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ"),
        ('\u0653', 230, "\u0627\u0622"),
        ('\u0654', 230, "\u0627\u0623\u0648\u0624\u064a\u0626\u06d5\u06c0\u06c1\u06c2\u06d2\u06d3"),
        ('\u0655', 220, "\u0627\u0625"),
        ('\u093c', 7, "\u0928\u0929\u0930\u0931\u0933\u0934"),
        ('\u09be', 0, "\u09c7\u09cb"),
        ('\u09d7', 0, "\u09c7\u09cc"),
        ('\u0b3e', 0, "\u0b47\u0b4b"),
        ('\u0b56', 0, "\u0b47\u0b48"),
        ('\u0b57', 0, "\u0b47\u0b4c"),
        ('\u0bbe', 0, "\u0bc6\u0bca\u0bc7\u0bcb"),
        ('\u0bd7', 0, "\u0b92\u0b94\u0bc6\u0bcc"),
        ('\u0c56', 91, "\u0c46\u0c48"),
        ('\u0cc2', 0, "\u0cc6\u0cca"),
        ('\u0cd5', 0, "\u0cbf\u0cc0\u0cc6\u0cc7\u0cca\u0ccb"),
        ('\u0cd6', 0, "\u0cc6\u0cc8"),
        ('\u0d3e', 0, "\u0d46\u0d4a\u0d47\u0d4b"),
        ('\u0d57', 0, "\u0d46\u0d4c"),
        ('\u0dca', 9, "\u0dd9\u0dda\u0ddc\u0ddd"),
        ('\u0dcf', 0, "\u0dd9\u0ddc"),
        ('\u0ddf', 0, "\u0dd9\u0dde"),
        ('\u102e', 0, "\u1025\u1026"),
        ('\u1b35', 0,
            "\u1b05\u1b06\u1b07\u1b08\u1b09\u1b0a\u1b0b\u1b0c\u1b0d\u1b0e\u1b11\u1b12\u1b3a\u1b3b\u1b3c\u1b3d"
            + "\u1b3e\u1b40\u1b3f\u1b41\u1b42\u1b43"),
        ('\u3099', 8, "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ"),
        ('\u309a', 8, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ];

    private static readonly Dictionary<(char Letter, char Mark), char> Compositions = Table
        .SelectMany(row => row.Pairs.Chunk(2), (row, pair) => (Letter: pair[0], row.Mark, Composed: pair[1]))
        .ToDictionary(pair => (pair.Letter, pair.Mark), pair => pair.Composed);

    private static readonly Dictionary<char, (char Letter, char Mark)> Decompositions =
        Compositions.ToDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly Dictionary<char, byte> Classes = Table.ToDictionary(row => row.Mark, row => row.Class);

    /// <summary>Everything that may become one letter with what stands before it. A text without any of them is composed.</summary>
    internal static readonly SearchValues<char> Marks = SearchValues.Create(
    [
        .. Table.Select(row => row.Mark),
        .. Enumerable.Range(FirstVowel, Vowels).Select(vowel => (char)vowel),
        .. Enumerable.Range(BeforeTails + 1, Tails - 1).Select(tail => (char)tail),
    ]);

    /// <summary>A mark's class; zero for what stays where it is. Marks of different classes may change places.</summary>
    internal static byte ClassOf(char letter) => Classes.GetValueOrDefault(letter);

    /// <summary>The letter and the mark that a letter is made of. Syllables of Hangul are left whole.</summary>
    internal static bool TryTakeApart(char composed, out (char Letter, char Mark) parts) => Decompositions.TryGetValue(composed, out parts);

    /// <summary>The one letter that two are.</summary>
    internal static bool TryJoin(char letter, char mark, out char composed)
    {
        if (Compositions.TryGetValue((letter, mark), out composed))
        {
            return true;
        }

        var (lead, vowel) = (letter - FirstLead, mark - FirstVowel);
        if ((uint)lead < Leads && (uint)vowel < Vowels)
        {
            composed = (char)(FirstSyllable + (((lead * Vowels) + vowel) * Tails));
            return true;
        }

        var (syllable, tail) = (letter - FirstSyllable, mark - BeforeTails);
        if ((uint)syllable < Syllables && syllable % Tails == 0 && tail is > 0 and < Tails)
        {
            composed = (char)(letter + tail);
            return true;
        }

        return false;
    }
}
