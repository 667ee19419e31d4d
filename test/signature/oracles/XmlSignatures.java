import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.SignatureMethod;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Java's own XML Signature (JSR 105), secure validation on. Reads jobs from standard input, one per line, fields
 * separated by tabs, and answers each with one line:
 *
 *   verify CERTIFICATE FILE                                            valid | invalid | error REASON
 *   sign PRIVATE_KEY CERTIFICATE URI C14N TRANSFORM METHOD KEYINFO IN OUT   done
 *
 * C14N and METHOD are identifiers; TRANSFORM is the one after enveloped-signature, or "-"; KEYINFO is one of none,
 * KeyName, KeyValue, X509Data. Only the certificate's key is trusted, and the root's Id is the only one known.
 */
public class XmlSignatures {
  static final XMLSignatureFactory FACTORY = XMLSignatureFactory.getInstance("DOM");

  public static void main(String[] arguments) throws Exception {
    for (String job : new String(System.in.readAllBytes(), "UTF-8").split("\n")) {
      String[] fields = job.split("\t");
      System.out.println(fields[0].equals("verify") ? verify(fields) : sign(fields));
    }
  }

  static String verify(String[] job) {
    try {
      Document document = read(job[2]);
      Element signature = (Element) document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
      DOMValidateContext context = new DOMValidateContext(certificate(job[1]).getPublicKey(), signature);
      context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
      identify(document, context);
      return FACTORY.unmarshalXMLSignature(context).validate(context) ? "valid" : "invalid";
    } catch (Exception problem) {
      return ("error " + problem).replaceAll("\\s", " ");
    }
  }

  static String sign(String[] job) throws Exception {
    X509Certificate certificate = certificate(job[2]);
    String transform = job[5];
    Document document = read(job[8]);
    List<Transform> transforms = new ArrayList<>();
    transforms.add(FACTORY.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null));
    if (!transform.equals("-")) transforms.add(FACTORY.newTransform(transform, (TransformParameterSpec) null));
    SignedInfo signedInfo = FACTORY.newSignedInfo(
        FACTORY.newCanonicalizationMethod(job[4], (C14NMethodParameterSpec) null),
        FACTORY.newSignatureMethod(job[6], null),
        List.of(FACTORY.newReference(
            job[3], FACTORY.newDigestMethod(DigestMethod.SHA256, null), transforms, null, null)));
    DOMSignContext context = new DOMSignContext(privateKey(job[1]), document.getDocumentElement());
    identify(document, context);
    FACTORY.newXMLSignature(signedInfo, keyInfo(job[7], certificate)).sign(context);
    try (FileOutputStream out = new FileOutputStream(job[9])) {
      TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(out));
    }
    return "done";
  }

  static KeyInfo keyInfo(String kind, X509Certificate certificate) throws Exception {
    KeyInfoFactory keys = FACTORY.getKeyInfoFactory();
    return switch (kind) {
      case "KeyName" -> keys.newKeyInfo(List.of(keys.newKeyName("meter-1")));
      case "KeyValue" -> keys.newKeyInfo(List.of(keys.newKeyValue(certificate.getPublicKey())));
      case "X509Data" -> keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
      default -> null;
    };
  }

  static void identify(Document document, javax.xml.crypto.dom.DOMCryptoContext context) {
    Element root = document.getDocumentElement();
    if (root.hasAttribute("Id")) context.setIdAttributeNS(root, null, "Id");
  }

  static Document read(String file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    try (FileInputStream in = new FileInputStream(file)) {
      return factory.newDocumentBuilder().parse(in);
    }
  }

  static X509Certificate certificate(String file) throws Exception {
    try (FileInputStream in = new FileInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  static PrivateKey privateKey(String file) throws Exception {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(file))));
  }
}
